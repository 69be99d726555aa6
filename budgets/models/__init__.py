from budgets.models.money import Booking, BudgetLine, Category, Expense, FundingSource
from budgets.models.plans import FocusArea, Measure, Plan, PlanSnapshot, StaffShare

__all__ = [
    "Booking",
    "BudgetLine",
    "Category",
    "Expense",
    "FocusArea",
    "FundingSource",
    "Measure",
    "Plan",
    "PlanSnapshot",
    "StaffShare",
]

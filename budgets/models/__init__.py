from budgets.models.costs import Bookkeeping, Cost, Receipt
from budgets.models.ledger import LedgerImport, LedgerMatch, LedgerRow
from budgets.models.money import Booking, BudgetLine, Category, Expense, FundingSource
from budgets.models.plans import FocusArea, Measure, Plan, PlanSnapshot, StaffShare

__all__ = [
    "Booking",
    "Bookkeeping",
    "BudgetLine",
    "Category",
    "Cost",
    "Expense",
    "FocusArea",
    "FundingSource",
    "LedgerImport",
    "LedgerMatch",
    "LedgerRow",
    "Measure",
    "Plan",
    "PlanSnapshot",
    "Receipt",
    "StaffShare",
]

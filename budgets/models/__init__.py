from budgets.models.invoices import Bookkeeping, Invoice, Receipt
from budgets.models.ledger import LedgerImport, LedgerMatch, LedgerRow
from budgets.models.money import Booking, BudgetLine, Category, Expense, FundingSource
from budgets.models.plans import FocusArea, Measure, Plan, PlanSnapshot, StaffShare

__all__ = [
    "Booking",
    "Bookkeeping",
    "BudgetLine",
    "Category",
    "Expense",
    "FocusArea",
    "FundingSource",
    "Invoice",
    "LedgerImport",
    "LedgerMatch",
    "LedgerRow",
    "Measure",
    "Plan",
    "PlanSnapshot",
    "Receipt",
    "StaffShare",
]

"""Addresses of claims, inside the namespace of peerlearning."""

from django.urls import path

from peerlearning import claim_views

urlpatterns = [
    path("", claim_views.claim_list, name="claims"),
    path("claims.csv", claim_views.claims_csv, name="claims_csv"),
    path("travellers/<int:pk>/begin/", claim_views.begin, name="begin_claim"),
    path("travellers/<int:pk>/waive/", claim_views.waive, name="waive_claim"),
    path("visits/<int:pk>/bought/", claim_views.bought, name="bought"),
    path("visits/<int:pk>/close/", claim_views.close, name="close_visit"),
    path("receipts/<int:pk>/", claim_views.receipt, name="claim_receipt"),
    path("<int:pk>/", claim_views.claim, name="claim"),
    path("<int:pk>/write/", claim_views.write, name="write_claim"),
    path("<int:pk>/check/", claim_views.check, name="check_claim"),
    path("<int:pk>/approve/", claim_views.approve, name="approve_claim"),
    path("<int:pk>/send-back/", claim_views.send_back, name="send_back_claim"),
    path("<int:pk>/pay/", claim_views.pay, name="pay_claim"),
    path("<int:pk>/claim.pdf", claim_views.claim_pdf, name="claim_pdf"),
    path("<int:pk>/claim.zip", claim_views.claim_zip, name="claim_zip"),
]

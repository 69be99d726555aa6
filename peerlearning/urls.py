from django.urls import include, path

app_name = "peerlearning"
urlpatterns = [path("claims/", include("peerlearning.claim_urls"))]

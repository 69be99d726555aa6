"""News that a person has written: for the export of one's own data, and when the data is erased."""

from networks.models import News


def export_for(person):
    """Plain data for one's own export."""
    return [
        {
            "network": str(item.network),
            "title_fi": item.title_fi or "",
            "text_fi": item.text_fi or "",
            "title_sv": item.title_sv or "",
            "text_sv": item.text_sv or "",
            "written_at": item.created_at,
            "sent_at": item.sent_at,
        }
        for item in person.network_news.select_related("network").order_by("pk")
    ]


def let_go(person):
    """What members have got stays with them, without the name; drafts go."""
    own = News.objects.filter(author=person)
    own.filter(sent_at=None).delete()
    own.update(author=None)

"""Regions, themes and topics as pages and mails name them: from memory, at most a minute old. Not for forms and rights."""

from ake_portal.lib.kept import KeptTable

regions = KeptTable("people.Region")
themes = KeptTable("people.Theme")
topics = KeptTable("people.Topic")

"""From a source's name to frozen records: fetch, parse, extract. No database here."""

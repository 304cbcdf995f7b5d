"""What a site offers to watch: feeds, sitemaps, sections, and how its articles are numbered. Pure; schedules/finding.py asks."""

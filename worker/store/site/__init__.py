"""Keep what Redis knows of a site: its start, its edit screens, the pages of its reports."""

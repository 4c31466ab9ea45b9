"""The run document shown to people and written for other programs; nothing here looks at anything but the document."""

"""Readers: the text of one file to what it says, with places. Values, never opinions, for any text whatever."""

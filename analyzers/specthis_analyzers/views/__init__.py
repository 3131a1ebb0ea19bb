"""Views of a whole project: what its facts and findings say, put in rows and lists for a face to render."""

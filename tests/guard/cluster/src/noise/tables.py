from pathlib import Path

Path("manuscript/tables/scaling.tex").write_text("")

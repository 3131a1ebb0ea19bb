"""The engine: text to facts, facts to answers, answers to findings. Values in, values out."""

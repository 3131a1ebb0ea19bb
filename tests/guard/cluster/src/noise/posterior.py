print("posterior")

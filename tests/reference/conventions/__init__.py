"""Numbers that other libraries gave: each case is a batch, the code that was run, and the conventions it stands for.

Run `python -m tests.reference.conventions` where some of the libraries are installed: what they give is written to
`recorded.json` with their versions. NumPy, SciPy, scikit-learn and statsmodels are asked anew by the tests.
"""

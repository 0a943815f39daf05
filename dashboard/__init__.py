"""The pages: Streamlit lays out what the floors below found. No rule, no SQL and no rights are decided here."""

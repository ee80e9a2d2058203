"""`sifra demo`: both sites with a team and example cases."""

"""Reading the trail for the verifier: streamed, in plain SQL, and without believing what a column holds."""

"""Chat completions over HTTP: one client for vLLM, Ollama and hosted models, with a cache of answers and a rate limit."""

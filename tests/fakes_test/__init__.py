"""Is the practice store worth practising with?"""

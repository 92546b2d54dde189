"""Papers as files: Word, Excel, PDF, CSV, zip. Each module takes plain facts and gives bytes; none knows a database, a
request or the time.
"""

"""DuckDB: CREATE TABLE ... ORDER BY over read_json with its columns given, into a database file, as for CSV."""
from engine import engine_of


class Engine(engine_of("import", "duckdb")):
    def load(self):
        connection = self.connect()
        connection.execute(
            f"""CREATE TABLE events AS SELECT * FROM read_json('{self.place.csv}', format = 'newline_delimited',
                columns = {{'customer': 'UINTEGER', 'time': 'TIMESTAMP_S', 'event': 'VARCHAR',
                            'value': 'DECIMAL(18, 2)'}}) ORDER BY customer, time""")
        connection.execute("CHECKPOINT")
        connection.close()

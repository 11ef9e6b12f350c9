"""The tables of the record: columns of attempts, undos and regrades, the schema, connections and file names."""

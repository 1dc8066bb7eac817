namespace EmailVerify.Adapters.Postgres;

/// <summary>The table <c>session_keys</c>: what protects the cookies of who is signed in, the same on every silo. A handful of rows, read once a day.</summary>
public sealed class PostgresSessionKeys(PostgresDatabase database)
{
    private const string Read = "SELECT xml FROM session_keys ORDER BY made_at, name";
    private const string Write = "INSERT INTO session_keys (name, xml) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";

    /// <summary>Reads them all, oldest first.</summary>
    public IReadOnlyList<string> ReadAll()
    {
        using var command = database.Source.CreateCommand(Read);
        using var rows = command.ExecuteReader();
        var keys = new List<string>();
        while (rows.Read())
            keys.Add(rows.GetString(0));
        return keys;
    }

    /// <summary>Adds one.</summary>
    /// <param name="name">Its own name.</param>
    /// <param name="xml">The key.</param>
    public void Add(string name, string xml)
    {
        using var command = database.Source.CreateCommand(Write);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = xml });
        _ = command.ExecuteNonQuery();
    }
}

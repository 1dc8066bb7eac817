using System.Globalization;
using EvolveDb;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Brings a database to the newest schema that this program knows.</summary>
internal static class SqliteSchema
{
    private const string Scripts = "schema.sqlite.";
    private const string Applied = "SELECT CAST(version AS INTEGER) FROM changelog WHERE type = 0 AND success = 1 ORDER BY 1";

    /// <summary>Gets the versions that are built in, ascending.</summary>
    public static int[] Known { get; } =
    [
        .. typeof(SqliteSchema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Scripts + "V", StringComparison.Ordinal))
            .Select(name => int.Parse(name.AsSpan(Scripts.Length + 1, name.IndexOf("__", StringComparison.Ordinal) - Scripts.Length - 1), CultureInfo.InvariantCulture))
            .Order(),
    ];

    /// <summary>Migrates.</summary>
    /// <param name="path">The database file.</param>
    /// <returns>The version that was found, when this program does not know it; else null.</returns>
    /// <exception cref="EvolveException">A script failed or was changed after it was applied.</exception>
    public static int? Migrate(string path)
    {
        using var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        if (Versions(connection) is { Count: > 0 } found && found[^1] > Known[^1])
            return found[^1];

        MigratorOf(connection).Migrate();

        // Evolve that finds no script does nothing and reports success.
        if (!Versions(connection).SequenceEqual(Known))
            throw new InvalidOperationException("The migrations that are built in were not all applied.");
        return null;
    }

    /// <summary>Finds the newest version that was applied, changing nothing.</summary>
    /// <param name="path">The database file.</param>
    /// <returns>0 when none was.</returns>
    public static int Find(string path)
    {
        using var connection = Connect(path, SqliteOpenMode.ReadWrite);
        return Versions(connection) is [.., var newest] ? newest : 0;
    }

    /// <summary>Makes what applies the scripts that are built in.</summary>
    public static Evolve MigratorOf(SqliteConnection connection) => new(connection)
    {
        EmbeddedResourceAssemblies = [typeof(SqliteSchema).Assembly],
        EmbeddedResourceFilters = [Scripts],
        MetadataTableName = "changelog",
        IsEraseDisabled = true,
    };

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = mode }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static List<int> Versions(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema WHERE name = 'changelog'";
        var versions = new List<int>();
        if (command.ExecuteScalar() is 0L)
            return versions;
        command.CommandText = Applied;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            versions.Add(reader.GetInt32(0));
        return versions;
    }
}

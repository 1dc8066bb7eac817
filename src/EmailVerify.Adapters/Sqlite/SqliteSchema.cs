using System.Collections.Immutable;
using System.Text;
using EvolveDb;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Brings a database to the newest schema that this program knows.</summary>
internal static class SqliteSchema
{
    private static readonly SchemaScripts Scripts = new("schema.sqlite.", "SELECT count(*) FROM sqlite_schema WHERE name = 'changelog'");

    /// <inheritdoc cref="SchemaScripts.Known"/>
    public static ImmutableArray<int> Known => Scripts.Known;

    /// <inheritdoc cref="SchemaScripts.Migrate"/>
    /// <param name="path">The database file; made where there is none.</param>
    public static int? Migrate(string path)
    {
        using var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        connection.CreateFunction<byte[], string?>("domain_of", DomainOf, isDeterministic: true);
        return Scripts.Migrate(connection);
    }

    /// <inheritdoc cref="SchemaScripts.Find"/>
    /// <param name="path">The database file.</param>
    public static int Find(string path)
    {
        using var connection = Connect(path, SqliteOpenMode.ReadWrite);
        return Scripts.Find(connection);
    }

    /// <inheritdoc cref="SchemaScripts.MigratorOf"/>
    public static Evolve MigratorOf(SqliteConnection connection) => Scripts.MigratorOf(connection);

    // As octets: a text would end at its first NUL.
    private static string? DomainOf(byte[] email) => DomainColumn.Of(Encoding.UTF8.GetString(email));

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
}

using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using EvolveDb;

namespace EmailVerify.Adapters;

/// <summary>The numbered scripts of one kind of database that are built in, and how far a database is with them.</summary>
/// <param name="prefix">What the names of their resources begin with. Dotted: with slashes Evolve finds none and reports success.</param>
/// <param name="hasChangelog">Asks whether the table of applied scripts is there: a query for true or a number other than 0.</param>
internal sealed class SchemaScripts(string prefix, string hasChangelog)
{
    private const string Changelog = "changelog";
    private const string Applied = $"SELECT CAST(version AS INTEGER) FROM {Changelog} WHERE type = 0 AND success ORDER BY 1";

    /// <summary>Gets the versions that are built in, ascending.</summary>
    public ImmutableArray<int> Known { get; } =
    [
        .. typeof(SchemaScripts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix + "V", StringComparison.Ordinal))
            .Select(name => int.Parse(name.AsSpan(prefix.Length + 1, name.IndexOf("__", StringComparison.Ordinal) - prefix.Length - 1), CultureInfo.InvariantCulture))
            .Order(),
    ];

    /// <summary>Brings a database to the newest schema that this program knows. Who comes while another does that waits for it.</summary>
    /// <returns>The version that was found, when this program does not know it; else null.</returns>
    /// <exception cref="EvolveException">A script failed or was changed after it was applied.</exception>
    public int? Migrate(DbConnection connection)
    {
        if (Find(connection) is var found && found > Known[^1])
            return found;

        MigratorOf(connection).Migrate();

        // Evolve that finds no script does nothing and reports success.
        if (!VersionsIn(connection).SequenceEqual(Known))
            throw new InvalidOperationException("The migrations that are built in were not all applied.");
        return null;
    }

    /// <summary>Finds the newest version that was applied, changing nothing.</summary>
    /// <returns>0 when none was.</returns>
    public int Find(DbConnection connection) => VersionsIn(connection) is [.., var newest] ? newest : 0;

    /// <summary>Makes what applies the scripts that are built in.</summary>
    public Evolve MigratorOf(DbConnection connection) => new(connection)
    {
        EmbeddedResourceAssemblies = [typeof(SchemaScripts).Assembly],
        EmbeddedResourceFilters = [prefix],
        MetadataTableName = Changelog,
        IsEraseDisabled = true,
    };

    private List<int> VersionsIn(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = hasChangelog;
        var versions = new List<int>();
        if (!Convert.ToBoolean(command.ExecuteScalar(), CultureInfo.InvariantCulture))
            return versions;
        command.CommandText = Applied;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            versions.Add(reader.GetInt32(0));
        return versions;
    }
}

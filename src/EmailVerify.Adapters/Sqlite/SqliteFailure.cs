using EmailVerify.Core;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Says in the product's words what a failure of SQLite means to a caller.</summary>
internal static class SqliteFailure
{
    // https://www.sqlite.org/rescode.html
    private const int Error = 1;
    private const int Full = 13;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Misuse = 21;
    private const int ShmSize = 10 | (19 << 8);

    /// <summary>Makes the exception that a caller gets. A broken constraint or statement is a defect and stays as it is.</summary>
    public static Exception Explain(Exception failure) => failure switch
    {
        // Room for the shared index is reserved when it grows; its error is an I/O error by name only.
        SqliteException { SqliteErrorCode: Full } or SqliteException { SqliteExtendedErrorCode: ShmSize } => new StorageFullException("There is no room left on the disk of the data folder.", failure),
        SqliteException { SqliteErrorCode: Error or Constraint or Mismatch or Misuse } => failure,
        SqliteException { SqliteErrorCode: var code } => new StorageUnavailableException($"The database cannot be used now (SQLite error {code}).", failure),
        _ => failure,
    };
}

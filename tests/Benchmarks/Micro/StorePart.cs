using System.Diagnostics;
using EmailVerify.Adapters;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;
using EmailVerify.Scenarios.Servers;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>
/// The store's writer, with 256 callers who each wait until their verdict is on the disk, beside the same rows by one prepared statement in transactions of 100: same schema, same
/// indexes, same flush.
/// </summary>
internal static class StorePart
{
    private const int Rows = 10_000;
    private const int Callers = 256;
    private const int RowsOfTransaction = 100;

    private const string Insert =
        """
        INSERT INTO verifications (id, customer_id, address_hash, email, created_at, attempts, status, reason, score, accept_all, provider, exchanger, found_at, fresh_until, source, rules, evidence, domain)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
        """;

    public static async Task CompareAsync(Report report)
    {
        using var data = new Folder("micro");
        using var folder = ((FolderOpening.Opened)DataFolder.Open(data.Path, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        await using var database = ((DatabaseOpening.Opened)SqliteDatabase.Open(folder)).Database;
        var store = new SqliteVerificationStore(database);
        using var bare = Open(data["bare.db"], folder.DatabasePath);

        // The first of each warms; the second counts.
        for (var round = 0; round < 2; round++)
        {
            var (saved, inserted) = (Make(), Make());
            var commits = database.Commits;
            var (ownTime, ownProcessor) = await TimeAsync(() => SaveAsync(store, saved));
            commits = database.Commits - commits;
            var (bareTime, bareProcessor) = await TimeAsync(() => InsertAsync(bare, inserted));
            if (round == 0)
                continue;
            report.Figures($"  store's writer   {ownTime,8:0.0} µs, of the processor {ownProcessor:0.0} µs; {Rows / (double)commits:0} rows a commit");
            report.Figures($"    prepared inserts, 100 a transaction: {bareTime:0.0} µs, of the processor {bareProcessor:0.0} µs; ratio {ownTime / bareTime:0.00}, of the processor {ownProcessor / bareProcessor:0.00}");
        }
    }

    private static Verification[] Make()
    {
        var settled = VerdictParts.Settle(Corpus.Attempts[0], EvidenceOf.Attempt(Corpus.Attempts[0], Corpus.Egress, Corpus.Recipient));
        return [.. Enumerable.Range(0, Rows).Select(row => LoadAddresses.Of(row / 20, row % 20)).Select(email => settled with
        {
            Id = Id.New("ver", TimeProvider.System),
            Email = email,
            AddressHash = AddressHash.Of(new byte[32], EmailAddress.Parse(email)),
        })];
    }

    private static Task SaveAsync(SqliteVerificationStore store, Verification[] verifications)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(WorkAsync)));

        async Task WorkAsync()
        {
            for (int at; (at = Interlocked.Increment(ref next)) < verifications.Length;)
                await store.SaveAsync(verifications[at], ticket: null);
        }
    }

    private static async Task InsertAsync(SqliteConnection connection, Verification[] verifications)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Insert;
        for (var number = 1; number <= 18; number++)
            _ = command.Parameters.AddWithValue($"?{number}", DBNull.Value);
        foreach (var chunk in verifications.Chunk(RowsOfTransaction))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            command.Transaction = (SqliteTransaction)transaction;
            foreach (var row in chunk)
            {
                var verdict = row.Verdict!;
                object[] values =
                [
                    row.Id, row.CustomerId, row.AddressHash.ToOctets(), row.Email, row.CreatedAt.ToUnixTimeMilliseconds(), row.Attempts,
                    Words.Of(verdict.Status), Words.Of(verdict.Reason), verdict.Score, verdict.AcceptAll!, verdict.Provider!, verdict.Exchanger!,
                    verdict.FoundAt.ToUnixTimeMilliseconds(), verdict.FreshUntil.ToUnixTimeMilliseconds(), Words.Of(verdict.Source), verdict.Rules, EvidenceJson.Write(row.Evidence),
                    row.Email[(row.Email.IndexOf('@', StringComparison.Ordinal) + 1)..],
                ];
                for (var at = 0; at < values.Length; at++)
                    command.Parameters[at].Value = values[at];
                _ = command.ExecuteNonQuery();
            }

            await transaction.CommitAsync();
        }
    }

    // A copy of the empty database has the schema.
    private static SqliteConnection Open(string path, string schema)
    {
        using (var source = new SqliteConnection($"Data Source={schema};Pooling=False"))
        using (var copy = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            source.Open();
            copy.Open();
            source.BackupDatabase(copy);
        }

        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1";
        _ = settings.ExecuteNonQuery();
        return connection;
    }

    // For each row, in microseconds.
    private static async Task<(double Time, double Processor)> TimeAsync(Func<Task> write)
    {
        using var own = Process.GetCurrentProcess();
        var before = own.TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        await write();
        var took = Stopwatch.GetElapsedTime(began);
        own.Refresh();
        return (took.TotalMicroseconds / Rows, (own.TotalProcessorTime - before).TotalMicroseconds / Rows);
    }
}

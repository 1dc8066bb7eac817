using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Scenarios.Servers;
using Npgsql;

namespace EmailVerify.Benchmarks;

/// <summary>
/// How fast a little of much is found: the history of an address, a page of a batch's results and of a search, where a month of PostgreSQL holds a million verifications and as many results;
/// <c>EMAILVERIFY_ROWS</c> asks for another number. And how long a month takes to go.
/// </summary>
internal static class LargeHistory
{
    private const double MostMilliseconds = 10;
    private const double MostMillisecondsToDrop = 1_000;
    private const int Slice = 200_000;
    private const int Looks = 1_000;
    private const int ChunksRead = 10;
    private const string Customer = "cus_default";

    private static readonly string[] Options = ["fsync=on", "shared_buffers=1GB", "max_wal_size=8GB", "wal_compression=lz4", "checkpoint_timeout=15min", "max_connections=50"];

    // Three verifications an address, 100,000 domains; a quarter were refused, one in a thousand was full. Straight into the month, whose triggers are the whole table's: counts are not what is measured.
    private const string AddVerifications =
        """
        INSERT INTO {0} (id, customer_id, address_hash, email, domain, created_at, attempts, status, reason, score, accept_all, mailbox_full, mailbox_disabled, provider, exchanger, found_at, fresh_until, source, rules, evidence)
        SELECT
            (lpad(to_hex(ms), 12, '0') || '7' || left(digest, 3) || '8' || substr(digest, 4, 15))::uuid, 'cus_default', substr(sha256(convert_to((n / 3)::text, 'UTF8')), 1, 16), 'user' || n / 3 || '@' || domain, domain, at, 1,
            CASE WHEN n % 1000 = 0 THEN 'risky' WHEN n % 4 = 0 THEN 'undeliverable' ELSE 'deliverable' END,
            CASE WHEN n % 1000 = 0 THEN 'mailbox_full' WHEN n % 4 = 0 THEN 'rejected_email' ELSE 'accepted_email' END,
            97, false, false, false, domain, 'mx.' || domain, at, at + interval '14 days', 'live', '1', $5::json
        FROM (
            SELECT n, md5(n::text) AS digest, 'd' || n / 3 % 100000 || '.example' AS domain, $3 + (n * $4)::bigint AS ms, to_timestamp(($3 + (n * $4)::bigint) / 1000.0) AS at
            FROM generate_series($1, $2) AS n) AS made
        """;

    private const string AddResults =
        """
        INSERT INTO {0} (batch_id, row, revision, round, repeated, attempts, status, reason, score, found_at, fresh_until, source, rules)
        SELECT $3, n, n / 500, 1, 0, 1, 'deliverable', 'accepted_email', 97, now(), now() + interval '14 days', 'live', '1' FROM generate_series($1, $2) AS n
        """;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var count = long.Parse(Environment.GetEnvironmentVariable("EMAILVERIFY_ROWS") ?? "1000000", NumberStyles.None, CultureInfo.InvariantCulture);
        await using var server = new PostgresServer { Options = Options };
        await server.InitializeAsync();
        await using var database = await StoredResults.OpenAsync(server, "history");
        var partitions = new PostgresPartitions(database, PartitionedTable.All);
        var now = TimeProvider.System.GetUtcNow();
        await partitions.SweepAsync(now, cancellationToken);
        var store = new PostgresBatchStore(database);
        var batch = await StoredResults.FillAsync(store, ChunksRead, cancellationToken);
        await LoadAsync(report, database, IdMonth.Of(now), now, count, cancellationToken);

        // :: Step 1: what is asked for.
        var verifications = new PostgresVerificationStore(database);
        var reports = new PostgresVerificationReports(database);
        var search = new VerificationSearch(null, null, null, null, null, null, null, 100);
        report.AtMost("history of an address, P95", await LookAsync("history of an address", at => verifications.HistoryAsync(Customer, HashOf(at % (count / 3)), new HistoryQuery(null, null, null, 100), cancellationToken)), MostMilliseconds, "ms");
        report.AtMost("1,000 results, P95", await LookAsync("1,000 results", at => store.ReadAsync(batch, (int)(at % ChunksRead), withEvidence: false, cancellationToken)), MostMilliseconds, "ms");
        _ = await LookAsync("1,000 results with evidence", at => store.ReadAsync(batch, (int)(at % ChunksRead), withEvidence: true, cancellationToken));
        report.AtMost("100 results as they came, P95", await LookAsync("100 results as they came", at => store.ReadDoneAsync(batch, new ResultPlace(at % 20, 0), 0, 100, cancellationToken)), MostMilliseconds, "ms");
        report.AtMost("history of a domain, P95", await LookAsync("history of a domain", at => reports.SearchAsync(Customer, search with { Domain = string.Create(CultureInfo.InvariantCulture, $"d{at % 100_000}.example") }, cancellationToken)), MostMilliseconds, "ms");
        report.AtMost("search for a rare reason, P95", await LookAsync("search for a rare reason", at => reports.SearchAsync(Customer, search with { Reason = VerdictReason.MailboxFull, To = now.AddMinutes(-at % 10_000) }, cancellationToken)), MostMilliseconds, "ms");
        report.AtMost("search by nothing but time, P95", await LookAsync("search by nothing but time", at => reports.SearchAsync(Customer, search with { To = now.AddMinutes(-at % 10_000) }, cancellationToken)), MostMilliseconds, "ms");

        // :: Step 2: the month goes.
        var began = Stopwatch.GetTimestamp();
        var going = partitions.DropAsync(PartitionedTable.Verifications, now.AddMonths(1), cancellationToken);
        while (!(await verifications.HistoryAsync(Customer, HashOf(count / 6), new HistoryQuery(null, null, null, 1), cancellationToken)).IsEmpty)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        report.AtMost("a month gone out of sight", Stopwatch.GetElapsedTime(began).TotalMilliseconds, MostMillisecondsToDrop, "ms");
        if ((await going).Length != 1)
            throw new InvalidOperationException("The month did not go.");
        report.Figures($"  its files removed within {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms; who writes and reads other months waits for none of it");

        async Task<double> LookAsync<T>(string what, Func<long, ValueTask<T>> look)
        {
            var ticks = new List<long>(Looks);
            for (var at = -Looks / 10; at < Looks; at++)
            {
                // Far apart, so that no two are on a page.
                var before = Stopwatch.GetTimestamp();
                _ = await look((at + Looks) * 7_919L);
                if (at >= 0)
                    ticks.Add(Stopwatch.GetTimestamp() - before);
            }

            var taken = new Latencies(ticks);
            report.Figures($"  {what}: {taken}");
            return taken.Within(0.95);
        }
    }

    private static async Task LoadAsync(Report report, PostgresDatabase database, IdMonth month, DateTimeOffset now, long count, CancellationToken cancellationToken)
    {
        var evidence = EvidenceJson.Write(StoredResults.Settled.Evidence);
        var first = month.Begin.ToUnixTimeMilliseconds();
        var step = (now - month.Begin).TotalMilliseconds / count;
        var (began, batchId) = (Stopwatch.GetTimestamp(), Guid.CreateVersion7(now));
        for (var from = 0L; from < count; from += Slice)
        {
            var to = Math.Min(from + Slice, count) - 1;
            await ExecuteAsync(
                AddVerifications.Replace("{0}", PartitionedTable.Verifications.PartitionOf(month), StringComparison.Ordinal),
                new() { Value = from }, new() { Value = to }, new() { Value = first }, new() { Value = step }, new() { Value = evidence });
            await ExecuteAsync(
                AddResults.Replace("{0}", PartitionedTable.BatchResults.PartitionOf(month), StringComparison.Ordinal), new() { Value = from }, new() { Value = to }, new() { Value = batchId });
        }

        var took = Stopwatch.GetElapsedTime(began);

        // As it does by itself, and would do while this measures.
        await ExecuteAsync("VACUUM ANALYZE");
        await ExecuteAsync("CHECKPOINT");
        report.Figures($"history, {count} verifications with {evidence.Length} octets of evidence and {count} results in a month, loaded within {took.TotalSeconds:0} s");

        async Task ExecuteAsync(string statement, params NpgsqlParameter[] values)
        {
            await using var command = database.Source.CreateCommand(statement);
            command.CommandTimeout = 0;
            command.Parameters.AddRange(values);
            _ = await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static AddressHash HashOf(long number) => AddressHash.FromOctets(SHA256.HashData(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))).AsSpan(0, 16));
}

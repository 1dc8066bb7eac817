using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Sqlite;
using EmailVerify.Core.Verdicts;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>How PostgreSQL does every statement of the store of batches, over tables that are large enough for it to care. A statement without an example here fails.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresBatchPlanTests(PostgresBatchPlanTests.Filled filled) : IClassFixture<PostgresBatchPlanTests.Filled>
{
    private static readonly ImmutableArray<Type> Owners =
        [typeof(PostgresBatchStore), typeof(BatchRow), typeof(BatchFlushing), typeof(BatchReading), typeof(BatchRounds), typeof(BatchErasing), typeof(BatchScan), typeof(IdempotencyRows)];

    // What goes through all batches, once in an hour or at the start of a silo.
    private static readonly FrozenSet<string> ReadAllBatches = FrozenSet.Create(StringComparer.Ordinal, "BatchErasing.Drafts", "BatchErasing.Erasing", "BatchErasing.Expired", "BatchErasing.RemoveGone", "PostgresBatchStore.Open");

    // What ends after a page, in an order that an index has.
    private static readonly FrozenSet<string> Pages = FrozenSet.Create(
        StringComparer.Ordinal, "PostgresBatchStore.List", "PostgresBatchStore.TakeDue", "BatchReading.DoneResults", "BatchReading.RepeatsOf", "BatchReading.RepeatsOfEach");

    private static NpgsqlParameter Key => PostgresValue.Of(Filled.Batches[1]);

    private static NpgsqlParameter First => PostgresValue.Of(3_001L);

    private static NpgsqlParameter Last => PostgresValue.Of(4_000L);

    private static NpgsqlParameter Number => PostgresValue.Of(3);

    private static NpgsqlParameter Limit => PostgresValue.Of(100L);

    private static NpgsqlParameter Time => PostgresValue.Of(Samples.Noon);

    private static NpgsqlParameter Text => PostgresValue.Of("x");

    private static NpgsqlParameter RowNumbers => PostgresValue.Of([3_001L, 3_002L]);

    private static NpgsqlParameter Times => PostgresValue.Of([Samples.Noon, Samples.Noon]);

    private static NpgsqlParameter Texts => PostgresValue.Of((string?[])["timeout", "greylisted"]);

    private static NpgsqlParameter Numbers => PostgresValue.Of([3, 4]);

    private static NpgsqlParameter Ids => PostgresValue.Of((Guid?[])[null, null]);

    private static NpgsqlParameter Octets => PostgresValue.Of(new byte[16]);

    private static Verdict Verdict => new(VerdictStatus.Risky, VerdictReason.AcceptAll, 50, null, null, null, null, null, Samples.Noon, Samples.Noon, VerdictSource.Live, "r1");

    public static TheoryData<string> Names => [.. Statements.Keys.Order(StringComparer.Ordinal)];

    private static IReadOnlyDictionary<string, string> Statements { get; } = Owners
        .SelectMany(owner => owner.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).Select(field => (Name: $"{owner.Name}.{field.Name}", Value: field.IsLiteral || field.IsInitOnly ? field.GetValue(null) : null)))
        .SelectMany(field => field.Value switch
        {
            string one => [KeyValuePair.Create(field.Name, one)],
            ImmutableArray<string> several => several.Select((one, at) => KeyValuePair.Create($"{field.Name}[{at}]", one)),
            _ => [],
        })
        .Where(statement => statement.Value.Split(' ', 2)[0] is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "WITH")
        .ToDictionary(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Plan_OfEveryStatement_ReadsNoLargeTableWholeAndOneMonth(string name)
    {
        AssertSparing(name, await PlanAsync("EXPLAIN (FORMAT JSON) " + Statements[name], ExampleOf(name)), isForAny: false);

        // That of these values, and the one that it makes for whatever values once a connection has asked often enough.
        var given = ExampleOf(name);
        var (types, values) = (given.Select(value => value.DataTypeName ?? "unknown"), given.Select(value => value.Value is Guid id ? $"'{id}'" : "NULL"));
        AssertSparing(
            name,
            await PlanAsync(
                given.Length == 0 ? "EXPLAIN (FORMAT JSON) EXECUTE asked" : $"EXPLAIN (FORMAT JSON) EXECUTE asked ({string.Join(", ", values)})",
                [],
                "SET plan_cache_mode = force_generic_plan",
                given.Length == 0 ? $"PREPARE asked AS {Statements[name]}" : $"PREPARE asked ({string.Join(", ", types)}) AS {Statements[name]}"),
            isForAny: true);
    }

    private static void AssertSparing(string name, List<(string Type, string? Relation)> nodes, bool isForAny)
    {
        var whole = nodes.Where(node => node.Type is "Seq Scan").Select(node => node.Relation).OfType<string>();
        Assert.Equal(ReadAllBatches.Contains(name) ? ["batches"] : [], whole.Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.True(nodes.Select(node => node.Relation).OfType<string>().Where(relation => relation.StartsWith("batch_results_", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count() <= 1);

        // Not knowing the filters it takes a customer's batches for few, and few are sorted fast.
        if (Pages.Contains(name) && !(isForAny && name is "PostgresBatchStore.List"))
            Assert.DoesNotContain(nodes, node => node.Type.Contains("Sort", StringComparison.Ordinal));
    }

    private static NpgsqlParameter[] ExampleOf(string name) => name switch
    {
        "BatchErasing.Drafts" or "BatchErasing.Erasing" or "PostgresBatchStore.Open" => [],
        "BatchErasing.Expired" or "BatchErasing.RemoveGone" => [Time],
        "BatchRow.Save" => Rest(Key, 32),
        "BatchRow.Find" or "BatchRow.FindAndLock" or "BatchErasing.Lock" or "BatchErasing.GiveUp" or "BatchErasing.NextChunk" or "BatchErasing.RemoveDraft" or "BatchErasing.GiveUpForsaken"
            or "BatchScan.Chunks" or "PostgresBatchStore.Lock" or "PostgresBatchStore.Touch" or "PostgresBatchStore.NextDue" => [Key],
        "BatchFlushing.IsClaimed" => [Key, Number, Number],
        "BatchFlushing.CloseChunk" or "BatchReading.Epoch" or "BatchReading.Rows" or "PostgresBatchStore.ClaimOne" or "BatchErasing.RemoveByNumber[0]" or "BatchErasing.RemoveByNumber[1]" => [Key, Number],
        "BatchFlushing.SaveResults" => [.. VerdictColumns.ValuesOf([Verdict, Verdict]), Key, First, Number, RowNumbers, Numbers, Numbers, Ids, Times],
        "BatchFlushing.Settle" => [Key, RowNumbers, Times],
        "BatchFlushing.PutOff" => [Key, RowNumbers, Texts, PostgresValue.Of([new byte[16], new byte[16]]), Numbers, Times, Texts, Ids, Number],
        "BatchFlushing.PutOffAgain" => [Key, RowNumbers, Times, Times, Texts, Ids],
        "BatchReading.Settled" or "BatchReading.PutOff" or "BatchReading.Repeats" or "BatchReading.Repeated" or "BatchReading.Results" or "BatchReading.EarlierResults" or "BatchReading.Sums"
            or "BatchErasing.RemoveByRow[0]" or "BatchErasing.RemoveByRow[1]" or "BatchErasing.RemoveByRow[2]" => [Key, First, Last],
        "BatchReading.OneResult" => [Key, First],
        "BatchReading.DoneResults" or "BatchReading.RepeatsOf" => [Key, First, Last, Limit],
        "BatchReading.RepeatsOfEach" => [Key, RowNumbers, RowNumbers],
        "BatchReading.TextsWithin" => [Key, Numbers, Limit],
        "BatchReading.Texts" => [Key, Number, Number],
        "BatchRounds.Asked" => [Key, First, Last, Texts, Limit],
        "BatchRounds.UnknownLeft" => [Key, First, Last, Texts],
        "BatchRounds.Reopen" => [Key, Numbers],
        "PostgresBatchStore.Begin" => [Key, Time],
        "PostgresBatchStore.AddChunk" => [Key, Number, Number],
        "PostgresBatchStore.AddRows" => [Key, Number, Octets, Octets],
        "PostgresBatchStore.AddRepeats" => [Key, RowNumbers, RowNumbers],
        "PostgresBatchStore.FindOwn" => [Key, Text],
        "PostgresBatchStore.List" => [PostgresValue.Of("cus_7"), PostgresValue.Of(Guid.AllBitsSet), PostgresValue.CeilingOf(DateTimeOffset.MinValue), PostgresValue.CeilingOf(DateTimeOffset.MaxValue), PostgresValue.Of(Array.Empty<string?>()), PostgresValue.Of(default(string)), Limit],
        "PostgresBatchStore.Claim" => [Key, Number, Limit],
        "PostgresBatchStore.TakeDue" => [Key, Time, Time, Limit, Text],
        "PostgresBatchStore.Extend" => [Key, RowNumbers, Time, Time],
        "PostgresBatchStore.EndLeases" => [Texts, Time, Key],
        "PostgresBatchStore.LeasedBy" => [Texts],
        "IdempotencyRows.Take" => [Text, Text, Text, Text, Time, Time, Time],
        "IdempotencyRows.Find" => [Text, Text, Text],
        "IdempotencyRows.Keep" => [Text, Text, Text, Text, Time],
        "IdempotencyRows.Free" => [Text, Text, Text, Text],
        "IdempotencyRows.Save" => [Text, Text, Text, Text, Octets, Number, Text, Octets, Time],
        "IdempotencyRows.RemoveSome" => [Time],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "It has no example."),
    };

    // Columns that are set say nothing of how a row is found.
    private static NpgsqlParameter[] Rest(NpgsqlParameter first, int count) => [first, .. Enumerable.Range(1, count - 1).Select(_ => new NpgsqlParameter { Value = DBNull.Value })];

    private async Task<List<(string Type, string? Relation)>> PlanAsync(string statement, NpgsqlParameter[] values, params string[] before)
    {
        await using var connection = new NpgsqlConnection(filled.Settings + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var first in before)
        {
            await using var preparing = new NpgsqlCommand(first, connection);
            _ = await preparing.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var command = new NpgsqlCommand(statement, connection);
        command.Parameters.AddRange(values);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!);
        var nodes = new List<(string, string?)>();
        Add(plan.RootElement[0].GetProperty("Plan"));
        return nodes;

        void Add(JsonElement node)
        {
            nodes.Add((node.GetProperty("Node Type").GetString()!, node.TryGetProperty("Relation Name", out var relation) ? relation.GetString() : null));
            if (node.TryGetProperty("Plans", out var plans))
            {
                foreach (var child in plans.EnumerateArray())
                    Add(child);
            }
        }
    }

    /// <summary>Two large batches in two months, and many others.</summary>
    public sealed class Filled(Scenarios.Servers.PostgresServer server) : IAsyncLifetime
    {
        private readonly PostgresTestDatabase database = new(server);

        public static ImmutableArray<Guid> Batches { get; } = [Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddMonths(1))];

        public string Settings => database.Settings;

        public async ValueTask InitializeAsync()
        {
            await database.InitializeAsync();
            await new PostgresPartitions(database.Database, PartitionedTable.All).SweepAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
            await database.ExecuteAsync(
                """
                INSERT INTO batches (id, customer_id, status, created_at, expires_at)
                SELECT gen_random_uuid(), 'cus_' || n % 20, 'completed', now(), now() FROM generate_series(1, 20000) AS n
                """);
            foreach (var batch in Batches)
            {
                await database.ExecuteAsync(
                    $"""
                    INSERT INTO batches (id, customer_id, status, created_at, expires_at, erased_at) VALUES ('{batch}', 'cus_7', 'running', now(), now(), now());
                    INSERT INTO batch_results (batch_id, row, revision, round, repeated, attempts, status, reason, score, found_at, fresh_until, source, rules)
                    SELECT '{batch}', n, n / 500, 1, 0, 1, CASE n % 9 WHEN 0 THEN 'unknown' ELSE 'risky' END, 'timeout', 5, now(), now(), 'live', 'r1' FROM generate_series(1, 60000) AS n;
                    INSERT INTO batch_chunks SELECT '{batch}', n, 1000, 1, n % 10 = 0 FROM generate_series(0, 59) AS n;
                    INSERT INTO batch_rows SELECT '{batch}', n, repeat('x', 20000)::bytea, '' FROM generate_series(0, 59) AS n;
                    INSERT INTO batch_repeats SELECT '{batch}', n, n / 2 FROM generate_series(2, 60000, 4) AS n;
                    INSERT INTO batch_retries SELECT '{batch}', n, 'ada@a.example', decode('00000000000000000000000000000000', 'hex'), 0, now() FROM generate_series(1, 60000, 4) AS n;
                    """);
            }

            await database.ExecuteAsync(
                """
                INSERT INTO batch_chunks SELECT gen_random_uuid(), n % 50, 1000, 1, true FROM generate_series(1, 40000) AS n;
                INSERT INTO batch_rows SELECT gen_random_uuid(), n % 50, '', '' FROM generate_series(1, 40000) AS n;
                INSERT INTO idempotency SELECT 'cus_' || n % 20, 'POST /v1/batches', 'k' || n, 'o', now(), NULL, NULL, NULL, NULL, now() - n * interval '1 second' FROM generate_series(1, 20000) AS n;
                ANALYZE;
                """);
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}

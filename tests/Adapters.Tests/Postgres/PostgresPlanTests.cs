using System.Text.Json;
using EmailVerify.Adapters.Postgres;
using Npgsql;

namespace EmailVerify.Adapters.Tests.Postgres;

/// <summary>How PostgreSQL goes about the queries of the stores, over tables that have grown: by the plan of given values, and by the one that it makes for whatever values.</summary>
[Trait("Pace", "slow")]
public sealed class PostgresPlanTests(PostgresPlanTests.Grown grown) : IClassFixture<PostgresPlanTests.Grown>
{
    private const string Verdict = "text[], text[], smallint[], bool[], bool[], bool[], text[], text[], timestamptz[], timestamptz[], text[], text[]";

    private const string VerdictValue =
        "'{risky}', '{accept_all}', '{50}', '{null}', '{null}', '{null}', '{null}', '{null}', '{2026-11-02T00:00:00Z}', '{2026-11-09T00:00:00Z}', '{live}', '{2}'";

    // An id in November and one right behind it, the hash and the customer of some rows.
    private const string Id = "'01a1998e-4400-0000-0000-000000000001'";
    private const string Last = "'01a1998e-4400-0000-0000-00000000ffff'";
    private const string Hash = @"'\xcfcd208495d565ef66e7dff9f98764da'";
    private const string Customer = "'cus_1'";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Those that know the id, or the bounds of some: all but their month is left alone.</summary>
    public static TheoryData<string, string, string, string> ById => new()
    {
        { "verification", PostgresVerificationStore.Find, "uuid, text", $"{Id}, {Customer}" },
        { "verifications", VerificationRows.Find, "uuid[], uuid, uuid", $"ARRAY[{Id}]::uuid[], {Id}, {Last}" },
        { "evidence", VerificationRows.EvidenceOf, "uuid[], uuid, uuid", $"ARRAY[{Id}]::uuid[], {Id}, {Last}" },
        { "lock", VerificationRows.Lock, "uuid[], uuid, uuid", $"ARRAY[{Id}]::uuid[], {Id}, {Last}" },
        {
            "rejudge", VerificationRows.Rejudge, $"{Verdict}, uuid[], text[], json[], json[], text[], uuid, uuid",
            $"{VerdictValue}, ARRAY[{Id}]::uuid[], ARRAY[{Customer}], ARRAY['[]']::json[], ARRAY['[]']::json[], ARRAY['1'], {Id}, {Last}"
        },
        { "rejudged page", PostgresRejudging.Page, "uuid, uuid, timestamptz", $"{Id}, {Last}, '-infinity'" },
    };

    /// <summary>Those that come in an order that an index has.</summary>
    public static TheoryData<string, string, string, string> InOrder => new()
    {
        { "history", PostgresVerificationStore.History, "bytea, text, timestamptz, timestamptz, uuid, int", $"{Hash}, {Customer}, '-infinity', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 100" },
        { "next page of history", PostgresVerificationStore.History, "bytea, text, timestamptz, timestamptz, uuid, int", $"{Hash}, {Customer}, '-infinity', 'infinity', {Id}, 100" },
        { "pending", PostgresVerificationStore.Pending, "bytea, int", $"{Hash}, 5" },
        { "next due", PostgresVerificationStore.NextDue, "smallint", "5" },
        { "swept domains", PostgresDomainStore.NextPage, "text, timestamptz, int", "'d050000.example', '2026-01-01', 5000" },
    };

    /// <summary>Searches for some reasons and what is pending: their values, the id of November among them, and the columns of the index that has their runs.</summary>
    public static TheoryData<string, string, string, string> Searches => new()
    {
        { PostgresVerificationReports.ByCustomer, "text, text[], bool, uuid, uuid, int", $"{Customer}, '{{accept_all,null_mx}}', true, {Id}, {Last}, 100", "customer_id_reason_id" },
        { PostgresVerificationReports.ByDomain, "text, text[], bool, uuid, uuid, int, text", $"{Customer}, '{{accept_all,null_mx}}', true, {Id}, {Last}, 100, 'd7.example'", "customer_id_domain_reason_id" },
        { PostgresVerificationReports.ByBatch, "text, text[], bool, uuid, uuid, int, uuid", $"{Customer}, '{{accept_all,null_mx}}', true, {Id}, {Last}, 100, {Id}", "batch_reason_id" },
    };

    public static TheoryData<string, string, string, string> Others => new()
    {
        {
            "search by domain and batch", PostgresVerificationReports.ByDomainAndBatch, "text, text[], bool, uuid, uuid, int, text, uuid",
            $"{Customer}, '{{accept_all,null_mx}}', true, {Id}, {Last}, 100, 'd7.example', {Id}"
        },
        { "newest verdicts", PostgresVerificationStore.Latest, "bytea, int, int", $"{Hash}, 64, 5" },
        { "known", PostgresVerificationStore.Known, "bytea[], text, timestamptz, bool", $"ARRAY[{Hash}]::bytea[], {Customer}, '2026-11-03', false" },
        { "take due", PostgresVerificationStore.TakeDue, "smallint, timestamptz, timestamptz, int", "5, '2026-11-01T00:01:00Z', '2026-11-01T00:02:00Z', 50" },
        { "lock leases", PostgresVerificationStore.LockLeases, "timestamptz, timestamptz", "'2026-11-01T00:01:00Z', '2026-11-01T00:04:00Z'" },
        { "end leases", PostgresVerificationStore.EndLeases, "timestamptz, timestamptz, uuid[]", $"'2026-11-01T00:01:00Z', '2026-11-01T00:04:00Z', ARRAY[{Id}]::uuid[]" },
        { "verdicts of months that go", PostgresRetention.RemoveVerdicts, "bytea, bytea, uuid", @"'\x07', '\x08', '01a00000-0000-0000-0000-000000000000'" },
        { "remove tickets", PostgresVerificationStore.RemoveTickets, "uuid[]", $"ARRAY[{Id}]::uuid[]" },
        { "erase", VerificationRows.EraseOfBatch, "uuid, int", $"{Id}, 1000" },
        { "withdraw", VerificationRows.Withdraw, "uuid[], text[], bytea[]", $"ARRAY[{Id}]::uuid[], ARRAY[{Customer}], ARRAY[{Hash}]::bytea[]" },
        { "serve the one before", VerificationRows.ServeTheOneBefore, "text[], bytea[]", $"ARRAY[{Customer}], ARRAY[{Hash}]::bytea[]" },
        { "last of a page", PostgresRejudging.LastOfPage, "uuid, int", $"{Id}, 500" },
        { "domain", PostgresDomainStore.Find, "text", "'d000001.example'" },
        { "domains", PostgresDomainStore.FindMany, "text[]", "ARRAY['d000001.example', 'd000002.example']" },
        { "exports", PostgresExportStore.List, "text", Customer },
        { "exports of a customer, counted", PostgresExportStore.CountOwn, "text, timestamptz", $"{Customer}, '2026-11-03'" },
        { "export", PostgresExportStore.Find, "uuid, text", $"{Id}, {Customer}" },
        { "export that is there", PostgresExportStore.IsThere, "uuid", Id },
        { "claimed export", PostgresExportStore.Claim, "timestamptz, timestamptz", "'2026-11-03', '2026-11-04'" },
        { "octets of an export", PostgresExportStore.FindOctets, "uuid, bigint, int", $"{Id}, 5000, 65536" },
        { "parts of an export that goes", PostgresExportStore.RemoveParts, "uuid", Id },
        { "forget", PostgresDomainStore.Forget, "text[], timestamptz", "ARRAY['d000001.example'], '2026-01-01'" },
    };

    [Theory]
    [MemberData(nameof(ById))]
    public async Task Plan_ById_LooksIntoOneMonth(string name, string query, string types, string values)
    {
        foreach (var plan in await PlansAsync(query, types, values))
        {
            AssertReadsNoTable(name, plan);
            Assert.Single(plan.Relations, relation => relation.StartsWith("verifications", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(InOrder))]
    public async Task Plan_InTheOrderOfAnIndex_SortsNothing(string name, string query, string types, string values)
    {
        foreach (var plan in await PlansAsync(query, types, values))
        {
            AssertReadsNoTable(name, plan);
            Assert.DoesNotContain(plan.Nodes, node => node.Type.Contains("Sort", StringComparison.Ordinal));
        }
    }

    // One sort is there: that of the runs, each no longer than the page.
    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Plan_OfASearch_ReadsRunsOfItsIndexInTheMonthsInQuestion(string query, string types, string values, string index)
    {
        foreach (var plan in await PlansAsync(query, types, values))
        {
            AssertReadsRuns(plan);
            Assert.Single(plan.Relations, relation => relation.StartsWith("verifications", StringComparison.Ordinal));
            Assert.Single(plan.Nodes, node => node.Type.Contains("Sort", StringComparison.Ordinal));
        }

        // Without bounds the months are gone through in their order until the page is full.
        var unbounded = values.Replace($"{Id}, {Last}", "'00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'", StringComparison.Ordinal);
        foreach (var plan in await PlansAsync(query, types, unbounded))
        {
            AssertReadsRuns(plan);
            Assert.Single(plan.Nodes, node => node.Type is "Sort");
        }

        void AssertReadsRuns(Plan plan)
        {
            AssertReadsNoTable("search", plan);
            Assert.All(plan.Nodes.Select(node => node.Index).OfType<string>().Where(name => name.StartsWith("verifications", StringComparison.Ordinal)), name => Assert.Contains(index, name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Plan_OfTrends_ReadsTheCustomersDaysAndTheChangesOfAnHour()
    {
        foreach (var plan in await PlansAsync(PostgresVerificationReports.Trends, "text, date, date", $"{Customer}, '2026-11-01', '2026-11-30'"))
            Assert.Equal("verdict_changes", Assert.Single(plan.Nodes, node => node.Type is "Seq Scan").Relation);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Plan_OfAnyOther_ReadsNoTableFromEndToEnd(string name, string query, string types, string values)
    {
        foreach (var plan in await PlansAsync(query, types, values))
            AssertReadsNoTable(name, plan);
    }

    // Months that are empty yet are read in no time, however.
    private static void AssertReadsNoTable(string name, Plan plan) => Assert.False(
        plan.Nodes.Any(node => node is { Type: "Seq Scan", Relation: { } relation } && !relation.StartsWith("verifications_2027", StringComparison.Ordinal)), $"{name}: {plan.Text}");

    // For the values as they are, and for any.
    private async Task<List<Plan>> PlansAsync(string query, string types, string values)
    {
        var plans = new List<Plan>();
        await using var connection = await grown.Source.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand($"PREPARE planned ({types}) AS {query}", connection);
        _ = await command.ExecuteNonQueryAsync(Cancellation);
        foreach (var mode in (string[])["force_custom_plan", "force_generic_plan"])
        {
            command.CommandText = $"SET plan_cache_mode = {mode}";
            _ = await command.ExecuteNonQueryAsync(Cancellation);
            command.CommandText = $"EXPLAIN (FORMAT JSON) EXECUTE planned ({values})";
            plans.Add(Plan.Of(Assert.IsType<string>(await command.ExecuteScalarAsync(Cancellation))));
        }

        command.CommandText = "DEALLOCATE planned; RESET plan_cache_mode";
        _ = await command.ExecuteNonQueryAsync(Cancellation);
        return plans;
    }

    private sealed record Node(string Type, string? Relation, string? Index);

    private sealed record Plan(string Text, IReadOnlyList<Node> Nodes)
    {
        public IEnumerable<string> Relations => Nodes.Where(node => node.Type.Contains("Scan", StringComparison.Ordinal)).Select(node => node.Relation).OfType<string>().Distinct(StringComparer.Ordinal);

        public static Plan Of(string text)
        {
            using var json = JsonDocument.Parse(text);
            return new Plan(text, [.. Walk(json.RootElement[0].GetProperty("Plan"))]);
        }

        private static IEnumerable<Node> Walk(JsonElement node)
        {
            yield return new Node(node.GetProperty("Node Type").GetString()!, TextOf(node, "Relation Name"), TextOf(node, "Index Name"));
            if (!node.TryGetProperty("Plans", out var children))
                yield break;
            foreach (var child in children.EnumerateArray().SelectMany(Walk))
                yield return child;
        }

        private static string? TextOf(JsonElement node, string name) => node.TryGetProperty(name, out var text) ? text.GetString() : null;
    }

    /// <summary>A hundred thousand verifications in two months with their verdicts, and as many domains.</summary>
    public sealed class Grown(Scenarios.Servers.PostgresServer server) : IAsyncLifetime
    {
        private readonly PostgresTestDatabase temporary = new(server);
        private NpgsqlDataSource? source;

        public NpgsqlDataSource Source => source ?? throw new InvalidOperationException("Not open.");

        public async ValueTask InitializeAsync()
        {
            await temporary.InitializeAsync();
            source = NpgsqlDataSource.Create(temporary.Settings + ";Command Timeout=120");
            var partitions = new PostgresPartitions(temporary.Database, PartitionedTable.All);
            await partitions.SweepAsync(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), Cancellation);
            string[] statements =
            [
                """
                INSERT INTO verifications (
                    id, customer_id, address_hash, email, domain, created_at, attempts, status, reason, score, found_at, fresh_until, source, rules, pending_since, next_attempt_at, gives_up_at, evidence, batch, earlier)
                SELECT (lpad(to_hex(extract(epoch FROM at)::bigint * 1000), 12, '0') || lpad(to_hex(number), 20, '0'))::uuid, 'cus_' || (number % 7 = 0)::int, decode(md5((number % 20000)::text), 'hex'),
                    'a@b.example', 'd' || number % 1000 || '.example', at, 1, status, reason, score, found_at, fresh_until, source, rules, pending, pending, pending, '[]', CASE number % 50 WHEN 0 THEN '01a1998e-4400-0000-0000-000000000001'::uuid END,
                    CASE number % 1000 WHEN 7 THEN '[]'::json END
                FROM (
                    SELECT number, at, CASE WHEN done THEN 'risky' END AS status, CASE WHEN done THEN 'accept_all' END AS reason, CASE WHEN done THEN 50 END AS score,
                        CASE WHEN done THEN at END AS found_at, CASE WHEN done THEN at + interval '7 days' END AS fresh_until, CASE WHEN done THEN 'live' END AS source,
                        CASE WHEN done THEN '1' END AS rules, CASE WHEN NOT done THEN at END AS pending
                    FROM (SELECT number, '2026-11-01T00:00:00Z'::timestamptz + number * interval '50 seconds' AS at, number % 100 <> 0 AS done FROM generate_series(0, 99999) AS number) AS made) AS rows
                """,
                $"""
                INSERT INTO verdicts (address_hash, customer_id, verification_id, {VerdictColumns.Names})
                SELECT DISTINCT ON (address_hash, customer_id) address_hash, customer_id, id, {VerdictColumns.Names} FROM verifications WHERE status IS NOT NULL
                """,
                """
                INSERT INTO retries (verification_id, customer_id, address_hash, shard, due_at, attempt)
                SELECT id, customer_id, address_hash, row_number() OVER (ORDER BY id) % 16, created_at, 1 FROM verifications WHERE id < (SELECT id FROM verifications ORDER BY id OFFSET 20000 LIMIT 1)
                """,
                """
                INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples, digits_accepted, digits_refused, first_last_accepted, first_last_refused)
                SELECT 'd' || to_char(number, 'FM000000') || '.example', 'unknown', now(), now(), 0, 0, 0, 0, 0 FROM generate_series(0, 99999) AS number
                """,
                "INSERT INTO verdict_days SELECT 'cus_' || number % 500, '2026-11-01'::date + number / 5000, 'r' || number / 500 % 10, 1 FROM generate_series(0, 99999) AS number",
                "INSERT INTO batches (id, customer_id, status, created_at, expires_at) SELECT gen_random_uuid(), 'cus_1', 'completed', now(), now() FROM generate_series(1, 5000)",
                """
                INSERT INTO exports (id, customer_id, kind, format, shows_evidence, status, rows, length, before_id, tries, due_at, created_at, expires_at)
                SELECT gen_random_uuid(), 'cus_' || number % 1000, 'verifications', 'csv', false, CASE WHEN number % 100 = 0 THEN 'queued' ELSE 'completed' END, 0, 0, gen_random_uuid(), 0, now(), now(),
                    CASE WHEN number % 100 <> 0 THEN now() END
                FROM generate_series(1, 10000) AS number
                """,
                "INSERT INTO export_parts (export_id, start, octets) SELECT id, part * 1000, decode(repeat('00', 300), 'hex') FROM exports CROSS JOIN generate_series(0, 3) AS part",

                // As it does by itself: months that are empty yet are left out.
                "VACUUM ANALYZE verifications_2026_11, verifications_2026_12, verdicts, retries, domains, verdict_days, verdict_changes, batches, exports, export_parts",
            ];
            foreach (var statement in statements)
            {
                await using var command = Source.CreateCommand(statement);
                _ = await command.ExecuteNonQueryAsync(Cancellation);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (source is not null)
                await source.DisposeAsync();
            await temporary.DisposeAsync();
        }
    }
}

using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Tests.Postgres;

[Trait("Pace", "slow")]
public sealed class PostgresDomainStoreTests(PostgresTestDatabase temporary) : DomainStoreContract, IClassFixture<PostgresTestDatabase>
{
    private readonly PostgresDomainStore store = new(temporary.Database);

    protected override IDomainStore Store => store;

    public override ValueTask InitializeAsync() => temporary.ClearAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task SweepAsync(DateTimeOffset now) => store.SweepAsync(now, Cancellation);

    protected override Task ExecuteAsync(string statement) => temporary.ExecuteAsync(statement);

    protected override Task InsertAsync(int first, int count) => temporary.ExecuteAsync(
        $"""
        INSERT INTO domains (domain, catch_all, catch_all_observed_at, catch_all_fresh_until, catch_all_samples, digits_accepted, digits_refused, first_last_accepted, first_last_refused)
        SELECT 'd' || to_char(number, 'FM000000') || '.example', 'unknown', 'epoch', 'epoch', 0, 0, 0, 0, 0 FROM generate_series({first}, {first + count - 1}) AS number
        """);

    protected override async Task<IEnumerable<string>> NamesAsync() => await temporary.ReadAsync("SELECT domain FROM domains ORDER BY domain", row => row.GetString(0));
}

using EmailVerify.Adapters.Sqlite;
using EmailVerify.Adapters.Tests.Contracts;
using EmailVerify.Core.Customers;

namespace EmailVerify.Adapters.Tests.Sqlite;

public sealed class SqliteKeyStoreTests : KeyStoreContract
{
    private readonly TemporaryDatabase temporary = TemporaryDatabase.Open();
    private readonly SqliteKeyStore store;

    public SqliteKeyStoreTests() => store = new SqliteKeyStore(temporary.Database);

    protected override IKeyStore Store => store;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => temporary.DisposeAsync();
}

using System.Globalization;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Keys;

namespace EmailVerify.Host.Cli;

/// <summary><c>keys create</c>, <c>keys list</c>, <c>keys revoke</c>, on the keys of an opened data folder.</summary>
internal sealed class KeyCommands(IKeyStore store, TimeProvider clock, TextWriter output, TextWriter error)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm'Z'";

    /// <summary>Makes a key. Standard output gets the key alone, so that a script can take it.</summary>
    public async Task<int> CreateAsync(KeyWish wish)
    {
        var (text, stored) = await KeyMaker.MakeAsync(store, wish, clock);
        await output.WriteLineAsync(text);
        await error.WriteLineAsync($"{stored.Id}: keep the key, it is not shown again. It may {string.Join(", ", stored.Scopes)}. Programs send it as Authorization: Bearer KEY; people sign in with it at /sign-in of the service.");
        return ExitCodes.Done;
    }

    /// <summary>Lists the keys, oldest first.</summary>
    public async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await output.WriteLineAsync(Row("ID", "KEY", "STATE", "CREATED", "EXPIRES", "SCOPES", "NAME"));
        foreach (var key in await store.ListAsync(cancellationToken))
        {
            await output.WriteLineAsync(Row(
                key.Id, key.Shown + "…", StateOf(key, now), Text(key.CreatedAt), Text(key.ExpiresAt), string.Join(',', key.Scopes), Terminal.Inert(key.Name)));
        }

        return ExitCodes.Done;
    }

    /// <summary>Ends a key; ending it again changes nothing.</summary>
    public async Task<int> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        if (!(await store.ListAsync(cancellationToken)).Any(key => key.Id.Equals(id, StringComparison.Ordinal)))
        {
            await error.WriteLineAsync($"There is no key {id}.");
            return ExitCodes.Failed;
        }

        _ = await store.RevokeAsync(id, clock.GetUtcNow());
        await error.WriteLineAsync($"{id} is revoked.");
        return ExitCodes.Done;
    }

    private static string StateOf(ApiKey key, DateTimeOffset now) => key switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: { } end } when end <= now => "expired",
        _ => "active",
    };

    private static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) ?? "-";

    private static string Row(string id, string key, string state, string created, string expires, string scopes, string name) =>
        $"{id,-30}  {key,-13}  {state,-7}  {created,-17}  {expires,-17}  {scopes}  {name}";
}

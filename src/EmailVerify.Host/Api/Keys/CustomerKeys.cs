using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Keys;

/// <summary>
/// <c>/v1/customers/{id}/keys</c>: makes, lists, replaces and ends keys. A live key keeps live and test keys; a test key only test keys, since nothing real may come of it.
/// A key may end itself, and the last one: <c>emailverify keys create</c> makes another.
/// </summary>
internal sealed partial class CustomerKeys(IKeyStore store, KeyRing ring, TimeProvider clock, ILogger<CustomerKeys> logger)
{
    // All keys are read to list them. Ended ones stay, so that it can be seen later what they were, and do not count.
    private const int MaxActive = 1_000;

    private static readonly Problem UnknownCustomer = new(ProblemCode.NotFound, "There is no customer with this id.");
    private static readonly Problem UnknownKey = new(ProblemCode.NotFound, "The customer has no key with this id.");
    private static readonly Problem TooMany = new(ProblemCode.TooManyKeys, "The customer has 1,000 keys that hold.");
    private static readonly Problem Ended = new(ProblemCode.KeyEnded, "The key was revoked or has expired.");

    /// <summary>GET: the keys, newest first, ended ones too.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (!IsOwn(context))
        {
            await UnknownCustomer.WriteAsync(context);
            return;
        }

        var keys = await KeysAsync(context);
        JsonAnswer.Write(context.Response, keys, static (Utf8JsonWriter writer, in ImmutableArray<ApiKey> keys) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (var key in keys.Reverse())
                KeyWriter.Write(writer, key);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>POST: makes a key and shows it, once. It is not repeatable by Idempotency-Key: the answer to repeat would have to be stored with the key in it.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (!IsOwn(context))
        {
            await UnknownCustomer.WriteAsync(context);
            return;
        }

        var now = clock.GetUtcNow();
        var parsed = await JsonBody.ReadAsync(context, body => NewKeyRequest.Parse(body, now));
        if (parsed is not { Value: { } request })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        var caller = Caller.Of(context);
        if (caller.IsTest && request.IsTest is false)
        {
            await new Problem(ProblemCode.InsufficientScope, "A test key makes test keys only.").WriteAsync(context);
            return;
        }

        if (HasTooMany(await KeysAsync(context), now))
        {
            await TooMany.WriteAsync(context);
            return;
        }

        var wish = new KeyWish(request.Name, request.Scopes, request.IsTest ?? caller.IsTest, Lifetime: null) { Until = request.ExpiresAt };
        var (text, stored) = await KeyMaker.MakeAsync(store, wish, clock);
        KeyLog.Made(logger, stored.Id, caller.KeyId);
        Answer(context, new NewKey(text, stored));
    }

    /// <summary>POST <c>…/{key}/rotate</c>: makes a key like another, which holds only for a while longer.</summary>
    public async Task RotateAsync(HttpContext context)
    {
        // :: Step 1: which key, and for how long.
        if (!IsOwn(context))
        {
            await UnknownCustomer.WriteAsync(context);
            return;
        }

        var parsed = JsonBody.IsThere(context.Request) ? await JsonBody.ReadAsync(context, RotateRequest.Parse) : RotateRequest.Default;
        if (parsed is not { Value: { } request })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        var keys = await KeysAsync(context);
        if (Find(keys, context) is not { } old)
        {
            await UnknownKey.WriteAsync(context);
            return;
        }

        var now = clock.GetUtcNow();
        if (!IsActive(old, now))
        {
            await Ended.WriteAsync(context);
            return;
        }

        // For as long as both hold there is one more.
        if (HasTooMany(keys, now))
        {
            await TooMany.WriteAsync(context);
            return;
        }

        // :: Step 2: the new one first. If we die between the two, the old one goes on as if nothing had been asked.
        var wish = new KeyWish(old.Name, old.Scopes, ApiKeyText.IsTest(old.Shown), old.ExpiresAt - old.CreatedAt);
        var (text, stored) = await KeyMaker.MakeAsync(store, wish, clock);
        var end = now + request.Overlap;
        var replaced = old with { ExpiresAt = old.ExpiresAt < end ? old.ExpiresAt : end };
        if (!await store.EndAsync(old.Id, end))
        {
            // Revoked in the meantime: what takes its place would undo that. Nobody has seen the new one.
            _ = await store.RevokeAsync(stored.Id, now);
            await Ended.WriteAsync(context);
            return;
        }

        ring.Forget(replaced);
        KeyLog.Replaced(logger, old.Id, stored.Id, Caller.Of(context).KeyId);
        Answer(context, new NewKey(text, stored, replaced));
    }

    /// <summary>DELETE: ends a key. Ending it again changes nothing.</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        if (!IsOwn(context))
        {
            await UnknownCustomer.WriteAsync(context);
            return;
        }

        if (Find(await KeysAsync(context), context) is not { } key)
        {
            await UnknownKey.WriteAsync(context);
            return;
        }

        if (await store.RevokeAsync(key.Id, clock.GetUtcNow()))
        {
            ring.Forget(key);
            KeyLog.Revoked(logger, key.Id, Caller.Of(context).KeyId);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static bool IsActive(ApiKey key, DateTimeOffset now) => key.RevokedAt is null && !(key.ExpiresAt <= now);

    private static bool HasTooMany(ImmutableArray<ApiKey> keys, DateTimeOffset now) => keys.Count(key => IsActive(key, now)) >= MaxActive;

    private static void Answer(HttpContext context, NewKey made)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        JsonAnswer.Write(context.Response, made, KeyWriter.Write);
    }

    private static bool IsOwn(HttpContext context) =>
        CustomerIds.OutOfTest(Caller.Of(context).CustomerId).Equals(context.Request.RouteValues["id"] as string, StringComparison.Ordinal);

    private static ApiKey? Find(ImmutableArray<ApiKey> keys, HttpContext context)
    {
        var id = context.Request.RouteValues["key"] as string;
        return keys.FirstOrDefault(key => key.Id.Equals(id, StringComparison.Ordinal));
    }

    // The store gives them oldest first.
    private async ValueTask<ImmutableArray<ApiKey>> KeysAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var customer = CustomerIds.OutOfTest(caller.CustomerId);
        var all = await store.ListAsync(context.RequestAborted);
        return [.. all.Where(key => key.CustomerId.Equals(customer, StringComparison.Ordinal) && (!caller.IsTest || ApiKeyText.IsTest(key.Shown)))];
    }
}

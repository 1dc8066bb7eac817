using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Core.Domains;

/// <summary>
/// A route as JSON, for stores. Tolerant: members that are not known are ignored, missing ones have their default;
/// a kind that is not known is no route, so that the DNS is asked again.
/// </summary>
public static class RouteJson
{
    /// <summary>Writes a route as a JSON object.</summary>
    public static string Write(Route route) => JsonSerializer.Serialize(ToShape(route), RouteJsonContext.Default.RouteShape);

    /// <summary>Reads what <see cref="Write"/> wrote, now or in another version.</summary>
    /// <returns>Null for a kind of a newer version, and for exchangers without an exchanger.</returns>
    /// <exception cref="JsonException">The text is no JSON object.</exception>
    public static Route? Read(string json) => JsonSerializer.Deserialize(json, RouteJsonContext.Default.RouteShape) is { } shape ? FromShape(shape) : null;

    private static RouteShape ToShape(Route route) => route switch
    {
        Route.Exchangers(var inOrder, var provider) => new RouteShape
        {
            Kind = "exchangers",
            Provider = provider,
            Incomplete = ((Route.Exchangers)route).IsWhole ? null : true,
            MissingPreference = ((Route.Exchangers)route).MissingPreference,
            Exchangers = [.. inOrder.Select(exchanger => new ExchangerShape
            {
                Host = exchanger.Host,
                Preference = exchanger.Preference,
                Addresses = [.. exchanger.Addresses.Select(address => address.ToString())],
                CanonicalName = exchanger.CanonicalName,
            })],
        },
        Route.NullMx => new RouteShape { Kind = "null_mx" },
        Route.NoSuchDomain => new RouteShape { Kind = "no_such_domain" },
        Route.NoMail => new RouteShape { Kind = "no_mail" },
        Route.Unroutable => new RouteShape { Kind = "unroutable" },
        Route.Forbidden => new RouteShape { Kind = "forbidden" },
        Route.Unresolved(var outcome) => new RouteShape { Kind = "unresolved", Outcome = Words.Of(outcome) },
        _ => throw new ArgumentOutOfRangeException(nameof(route), route, "Not a route."),
    };

    private static Route? FromShape(RouteShape shape) => shape.Kind switch
    {
        "exchangers" when shape.Exchangers is { Length: > 0 } exchangers => new Route.Exchangers([.. exchangers.Select(FromShape)], shape.Provider ?? "")
        {
            IsWhole = shape.Incomplete is not true,
            MissingPreference = shape.MissingPreference,
        },
        "null_mx" => new Route.NullMx(),
        "no_such_domain" => new Route.NoSuchDomain(),
        "no_mail" => new Route.NoMail(),
        "unroutable" => new Route.Unroutable(),
        "forbidden" => new Route.Forbidden(),
        "unresolved" => new Route.Unresolved(Words.TryParse<DnsOutcome>(shape.Outcome, out var outcome) ? outcome : DnsOutcome.Failure),
        _ => null,
    };

    private static Exchanger FromShape(ExchangerShape shape) => new(shape.Host ?? "", shape.Preference, AddressesOf(shape.Addresses ?? [])) { CanonicalName = shape.CanonicalName };

    private static ImmutableArray<IPAddress> AddressesOf(string[] texts)
    {
        var addresses = ImmutableArray.CreateBuilder<IPAddress>(texts.Length);
        foreach (var text in texts)
        {
            if (IPAddress.TryParse(text, out var address))
                addresses.Add(address);
        }

        return addresses.ToImmutable();
    }
}

/// <summary>One <see cref="Route"/> as JSON.</summary>
internal sealed record RouteShape
{
    public string? Kind { get; init; }

    public string? Provider { get; init; }

    public bool? Incomplete { get; init; }

    public int? MissingPreference { get; init; }

    public ExchangerShape[]? Exchangers { get; init; }

    public string? Outcome { get; init; }
}

/// <summary>One <see cref="Exchanger"/> as JSON.</summary>
internal sealed record ExchangerShape
{
    public string? Host { get; init; }

    public int Preference { get; init; }

    public string[]? Addresses { get; init; }

    public string? CanonicalName { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RouteShape))]
internal sealed partial class RouteJsonContext : JsonSerializerContext;

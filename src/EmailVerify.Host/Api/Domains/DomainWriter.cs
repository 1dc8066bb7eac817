using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using Route = EmailVerify.Core.Domains.Route;

namespace EmailVerify.Host.Api.Domains;

/// <summary>What there is to show of a domain.</summary>
/// <param name="Address">An address there: its domain in both spellings, and its flags.</param>
/// <param name="Record">What is remembered.</param>
/// <param name="Unresolved">How the DNS failed that was asked just now; null where it was not, or did not.</param>
/// <param name="Providers">What is known of providers.</param>
/// <param name="Now">The time.</param>
internal readonly record struct DomainView(EmailAddress Address, DomainRecord Record, Route.Unresolved? Unresolved, ProviderCatalog Providers, DateTimeOffset Now);

/// <summary>Writes a domain as the API shows it.</summary>
internal static class DomainWriter
{
    // A chance is told in percent.
    private const int ChanceDigits = 2;

    /// <summary>Writes what is known.</summary>
    public static void Write(Utf8JsonWriter writer, in DomainView view)
    {
        var (address, record, unresolved, providers, now) = view;
        var route = record.Route?.Route ?? unresolved;
        var exchangers = route as Route.Exchangers;
        var belief = record.CatchAll.BeliefAt(now);
        writer.WriteStartObject();
        writer.WriteString("domain"u8, address.Domain);
        writer.WriteString("domain_unicode"u8, address.DomainUnicode);
        WriteRoute(writer, record, unresolved);
        writer.WriteString("provider"u8, exchangers?.Provider);
        writer.WriteBoolean("null_mx"u8, route is Route.NullMx);
        writer.WriteStartObject("accept_all"u8);
        writer.WriteString("state"u8, StateOf(belief.State));
        writer.WriteNumber("probability"u8, Math.Round(belief.Chance, ChanceDigits));
        writer.WriteNumber("samples"u8, record.CatchAll.Samples);
        writer.WriteTime("observed_at"u8, record.CatchAll.Samples == 0 ? null : record.CatchAll.ObservedAt);
        writer.WriteTime("fresh_until"u8, belief.State is CatchAllState.Unknown ? null : record.CatchAll.FreshUntil);
        writer.WriteEndObject();
        writer.WriteString("verifiability"u8, VerifiabilityOf(address, route, belief, providers));
        WritePause(writer, record.PausedUntil is { } until && until > now ? until : null);
        var flags = AddressFlags.Of(address);
        writer.WriteStartObject("flags"u8);
        writer.WriteBoolean("disposable"u8, flags.Disposable || (exchangers is not null && DisposableExchangers.Serve(exchangers, address)));
        writer.WriteBoolean("free"u8, flags.Free);
        writer.WriteEndObject();
        writer.WriteTime("fresh_until"u8, record.Route?.FreshUntil);
        writer.WriteEndObject();
    }

    private static void WriteRoute(Utf8JsonWriter writer, DomainRecord record, Route.Unresolved? unresolved)
    {
        var (domain, finding) = (record.Domain, record.Route);
        var route = finding?.Route ?? unresolved;
        writer.WriteStartObject("route"u8);
        writer.WriteString("kind"u8, KindOf(route, domain));
        writer.WriteStartArray("exchangers"u8);
        foreach (var exchanger in (route as Route.Exchangers)?.InOrder ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("host"u8, exchanger.Host);
            writer.WriteNumber("preference"u8, exchanger.Preference);
            writer.WriteStartArray("addresses"u8);
            foreach (var one in exchanger.Addresses)
                writer.WriteStringValue(one.ToString());
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteTime("found_at"u8, finding?.FoundAt);
        writer.WriteString("dns"u8, unresolved is null ? "ok" : Words.Of(unresolved.Outcome));
        writer.WriteEndObject();
    }

    // Where there is no MX the domain stands in for its exchanger (RFC 5321 5.1). An MX that says just that is not told from it, nor need it be.
    private static string KindOf(Route? route, string domain) => route switch
    {
        Route.Exchangers { InOrder: [{ Preference: 0 } only] } when string.Equals(only.Host, domain, StringComparison.Ordinal) => "implicit",
        Route.Exchangers => "mx",
        Route.NullMx => "null_mx",
        Route.NoSuchDomain => "no_such_domain",
        Route.NoMail => "no_mail",
        Route.Unroutable => "unroutable",
        Route.Forbidden => "forbidden",
        _ => "unresolved",
    };

    private static string StateOf(CatchAllState state) => state switch
    {
        CatchAllState.AcceptsDecoys => "yes",
        CatchAllState.RefusesDecoys => "no",
        CatchAllState.AnswersBothWays => "mixed",
        _ => "unknown",
    };

    // Whether a mail server's word tells one mailbox there from another.
    private static string VerifiabilityOf(EmailAddress address, Route? route, CatchAllBelief belief, ProviderCatalog providers) => route switch
    {
        Route.Exchangers(_, var provider) => belief.State switch
        {
            CatchAllState.AcceptsDecoys => "domain",
            CatchAllState.AnswersBothWays => "partly",
            CatchAllState.RefusesDecoys => "mailbox",
            _ => providers.PolicyOf(provider).BelievesWithoutDecoy(address.Domain) ? "mailbox" : "unknown",
        },
        null or Route.Unresolved or Route.Forbidden => "unknown",
        _ => "no_mail",
    };

    private static void WritePause(Utf8JsonWriter writer, DateTimeOffset? until)
    {
        if (until is null)
        {
            writer.WriteNull("pause"u8);
            return;
        }

        writer.WriteStartObject("pause"u8);
        writer.WriteTime("until"u8, until);
        writer.WriteEndObject();
    }
}

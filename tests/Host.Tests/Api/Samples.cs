using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api;

/// <summary>The verification that the API's reference shows, and variations of it.</summary>
internal static class Samples
{
    public const string Id = "ver_01M86GVNRVEYHRV72HWAW4YR51";

    public static readonly Verdict Rejected = new(
        VerdictStatus.Undeliverable, VerdictReason.RejectedEmail, 1, false, null, null, "example.com", "mx1.example.com",
        ApiHost.Start, ApiHost.Start.AddDays(14), VerdictSource.Live, "2026.11.3");

    public static Verification Final(string email = "Jane.Doe@Example.com", string id = Id, string customer = CustomerIds.Default) => new()
    {
        Id = id,
        CustomerId = customer,
        AddressHash = HashOf(email),
        Email = email,
        Tag = "signup-form",
        CreatedAt = ApiHost.Start,
        Verdict = Rejected,
        Attempts = 2,
        Evidence =
        [
            new Evidence(
                ApiHost.Start.AddSeconds(-388.908), SmtpStage.Rcpt, ["mx1.example.com", "mx2.example.com"], "mx1.example.com", "192.0.2.25", "eg-1", "TLS 1.3",
                new ReplyEvidence(451, "4.7.1", "<recipient>: greylisted, try again in 300 seconds"), ReplyMeaning.Greylisted, "generic/greylist-seconds",
                ApiHost.Start.AddSeconds(-28.908), [], TimeSpan.FromMilliseconds(288)),
            new Evidence(
                ApiHost.Start.AddMilliseconds(-341), SmtpStage.Rcpt, ["mx1.example.com", "mx2.example.com"], "mx1.example.com", "192.0.2.25", "eg-1", "TLS 1.3",
                new ReplyEvidence(550, "5.1.1", "<recipient>: no such user"), ReplyMeaning.NoSuchMailbox, "generic/no-such-user",
                null, [new DecoyEvidence(new ReplyEvidence(550, null, "no"), ReplyMeaning.NoSuchMailbox)], TimeSpan.FromMilliseconds(341)),
        ],
    };

    public static Verification Pending(TimeSpan next, VerdictReason? cause = VerdictReason.Greylisted, string customer = CustomerIds.Default) =>
        Final(customer: customer) with
        {
            Verdict = null,
            Evidence = [],
            Attempts = cause is null ? 0 : 1,
            Pending = new Pending(ApiHost.Start, cause, ApiHost.Start + next, ApiHost.Start.AddHours(6)),
        };

    public static AddressHash HashOf(string email) =>
        EmailAddress.TryParse(email, out var address) ? AddressHash.Of(ApiHost.Pepper, address) : AddressHash.OfText(ApiHost.Pepper, email);
}

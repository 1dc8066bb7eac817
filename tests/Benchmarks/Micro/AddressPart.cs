using System.Net.Mail;
using EmailVerify.Benchmarks.Batches;
using EmailVerify.Core.Addresses;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>The reader of addresses.</summary>
internal static class AddressPart
{
    // Beside a list as customers have it, what they also have: one in ten is no plain address.
    private static readonly string[] Odd =
    [
        "Jane.Doe+news@Example.COM", "\"jane doe\"@example.com", "jörg@müller.example", "info@xn--mller-kva.example", "user@[192.0.2.1]",
        "no-at-sign", "two@@example.com", "trailing.@example.com", "jane@exa mple.com", "a.very.long.local.part.that.goes.on.and.on@a.long.domain.name.example.org",
    ];

    public static Part Parser()
    {
        string[] texts = [.. new LoadList(1, 5, 18).ByDomain(), .. Odd];
        return new Part("address parser", "System.Net.Mail.MailAddress", texts.Length, Parse, Create);

        long Parse()
        {
            var read = 0L;
            foreach (var text in texts)
                read += EmailAddress.TryParse(text, out _) ? 1 : 0;
            return read;
        }

        long Create()
        {
            var read = 0L;
            foreach (var text in texts)
                read += MailAddress.TryCreate(text, out _) ? 1 : 0;
            return read;
        }
    }
}

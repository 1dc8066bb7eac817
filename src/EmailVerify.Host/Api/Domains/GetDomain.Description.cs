using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Domains;

internal sealed partial class GetDomain
{
    private static Shape Shape => Object(
        Has("domain", Text(255), "The domain in ASCII."),
        Has("domain_unicode", Text(255), "The domain as people read it."),
        Has("route", Object(
            Has("kind", Word("mx", "implicit", "null_mx", "no_such_domain", "no_mail", "unroutable", "forbidden", "unresolved"), "What the DNS says of its mail."),
            Has("exchangers", List(
                Object(
                    Has("host", Text(255), "Its name."),
                    Has("preference", Whole(0, 65_535), "Its rank: the lowest is asked first."),
                    Has("addresses", List(Text(64), 64), "Its IP addresses.")),
                64), "The hosts that take its mail, in the order in which they are asked."),
            Has("found_at", Time.OrNull(), "When the DNS said so."),
            Has("dns", Word("ok", "failure", "timeout"), "How the DNS answered just now, where it was asked.")), "Where mail for it goes."),
        Has("provider", Text(255).OrNull(), "Who runs these hosts."),
        Has("null_mx", Flag, "It declares that it takes no mail (RFC 7505)."),
        Has("accept_all", Object(
            Has("state", Word("yes", "no", "mixed", "unknown"), "What its hosts do with mailboxes that do not exist."),
            Has("probability", Number(0, 1), "How likely it accepts everything."),
            Has("samples", Count, "How many answers that is known from."),
            Has("observed_at", Time.OrNull(), "When the last of them was given."),
            Has("fresh_until", Time.OrNull(), "Until when it is believed.")), "Whether it accepts every mailbox."),
        Has("verifiability", Word("mailbox", "domain", "partly", "no_mail", "unknown"), "What a mail server's word tells there: of a mailbox; of the domain only, since it accepts everything; partly; or nothing."),
        Has("pause", Object(Has("until", Time, "Until when.")).OrNull(), "It is not asked now."),
        Has("flags", Object(Has("disposable", Flag, "It gives out throw-away mailboxes."), Has("free", Flag, "Anyone gets a mailbox there for free."))),
        Has("fresh_until", Time.OrNull(), "Until when the route is taken from here instead of the DNS.")).Named("Domain", "What is known of a domain.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Insight,
        "Look at a domain",
        "What is known of a domain, in either spelling. Where no route is known, or an old one, the DNS is asked, and the answer waits for it: 20 s at most. No mail server is asked.")
    {
        Parameters =
        [
            Parameter.Path("domain", Text(1_024, least: 1), "The domain, in ASCII or in its own script.", "example.com"),
            Parameter.Query("refresh", Flag, "Whether the DNS is asked in any case.", "true"),
        ],
        Answers =
        [
            new(200, "What is known.", Content.Json(Shape, """
                {"domain":"example.com","domain_unicode":"example.com",
                 "route":{"kind":"mx","exchangers":[{"host":"mx1.example.com","preference":10,"addresses":["192.0.2.25"]}],"found_at":"2026-11-24T10:15:40.912Z","dns":"ok"},
                 "provider":"example.com","null_mx":false,
                 "accept_all":{"state":"no","probability":0.02,"samples":14,"observed_at":"2026-11-24T10:15:40.912Z","fresh_until":"2026-12-08T10:15:40.912Z"},
                 "verifiability":"mailbox","pause":null,"flags":{"disposable":false,"free":false},"fresh_until":"2026-11-24T11:15:40.912Z"}
                """)),
        ],
        Problems = [ProblemCode.ValidationFailed],
    };
}

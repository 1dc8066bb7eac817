using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Addresses;

internal static partial class ParseAddresses
{
    private static Shape Report => Object(
        Has("input", Text(MaxBody), "The text as it was given."),
        Has("valid", Flag, "Whether grammar, lengths and the rules of international domains hold."),
        Has("reason", Word<VerdictReason>().OrNull(), "`invalid_email`; or `address_literal` for a valid address that is not asked about."),
        Has("detail", Text(1_024).OrNull(), "What is wrong, for a person."),
        Has("canonical", Text(512).OrNull(), "The form that all spellings of the mailbox share."),
        Has("did_you_mean", Text(512).OrNull(), "The address that was probably meant."),
        Has("flags", Object(
            Has("disposable", Flag, "A throw-away mailbox."),
            Has("free", Flag, "A mailbox that anyone gets for free."),
            Has("role", Flag, "A function as `info`, not a person."),
            Has("subaddress", Flag, "The local part has a tag, as in `jane+news`."),
            Has("no_reply", Flag, "Nobody reads what is sent to it."),
            Has("smtputf8", Flag, "It needs international mail (RFC 6531)."),
            Has("relay", Flag, "An address that forwards to a hidden one.")).OrNull(), "What a valid address tells.")).Named("AddressReport", "All that the text of an address tells.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Insight, "Parse addresses", "Says what the texts of addresses tell, without asking anybody and without storing anything.")
    {
        Body = new Body("The texts.", Content.Json(
            Object(Has("inputs", List(Text(MaxBody), MaxInputs), "The texts.")).Named("ParseRequest", "Texts that are addresses, or are meant to be."), """{"inputs":["Jane.Doe@gmial.com"]}""")),
        Answers =
        [
            new(200, "The reports, in the order of the texts.", Content.Json(
                Object(Has("addresses", List(Report, MaxInputs), "The reports.")).Named("AddressReports", "What texts of addresses tell."),
                """
                {"addresses":[{"input":"Jane.Doe@gmial.com","valid":true,"reason":null,"detail":null,"canonical":"jane.doe@gmial.com","did_you_mean":"jane.doe@gmail.com",
                 "flags":{"disposable":false,"free":false,"role":false,"subaddress":false,"no_reply":false,"smtputf8":false,"relay":false}}]}
                """)),
        ],
    };
}

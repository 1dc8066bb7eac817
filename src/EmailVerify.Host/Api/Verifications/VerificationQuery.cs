namespace EmailVerify.Host.Api.Verifications;

/// <summary>The parameter that all operations on verifications know.</summary>
internal static class VerificationQuery
{
    /// <summary>Says whether evidence is shown: unless <c>?evidence=false</c>.</summary>
    public static bool ShowsEvidence(HttpRequest request) => !request.QueryString.HasValue || request.Query["evidence"] is not ["false"];
}

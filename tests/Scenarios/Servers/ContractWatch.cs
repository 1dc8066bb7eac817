using System.Runtime.CompilerServices;
using EmailVerify.Host.Tests.OpenApi;
using EmailVerify.Scenarios.Documents;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Holds what the service answers to the document that is checked in, as its clients would.</summary>
internal static class ContractWatch
{
    private static readonly Lazy<Contract> Contract = new(() => Host.Tests.OpenApi.Contract.Parse(System.Text.Encoding.UTF8.GetBytes(Document.Read("schema/openapi/v1.json"))));

    [ModuleInitializer]
    internal static void Begin() => Service.Through = static inner => new ContractHandler(() => Contract.Value, static _ => { }, inner);
}

using System.Runtime.CompilerServices;
using System.Text;
using EmailVerify.Host.Tests.OpenApi;
using EmailVerify.Scenarios.Documents;

namespace EmailVerify.Scenarios.Servers;

/// <summary>Holds what the service answers to the document that is checked in, as its clients would.</summary>
internal static class ContractWatch
{
    private static readonly Lazy<Contract> Released = new(() => Contract.Parse(Encoding.UTF8.GetBytes(Document.Read("schema/openapi/v1.json"))));

    [ModuleInitializer]
    internal static void Begin() => Service.Through = static inner => new ContractHandler(() => Released.Value, static _ => { }, inner);
}

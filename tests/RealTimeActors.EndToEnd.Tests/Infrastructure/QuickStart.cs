using System.Runtime.CompilerServices;

namespace RealTimeActors.EndToEnd.Tests.Infrastructure;

/// <summary>
/// Servers and the command line start in half the time here: their methods are compiled in full only after some use. As they are shipped each method is compiled in full at once (DECISIONS 24), which is better for a server
/// that runs for long, and costs half a second at each of the hundreds of starts of these tests.
/// </summary>
internal static class QuickStart
{
    [ModuleInitializer]
    internal static void Begin() => Environment.SetEnvironmentVariable("DOTNET_TC_QuickJit", "1");
}

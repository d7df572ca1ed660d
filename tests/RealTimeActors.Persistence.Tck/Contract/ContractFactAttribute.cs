using Xunit.Sdk;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>A fact of a contract: skipped for a store that cannot be had here (<see cref="NeedsPostgreSqlAttribute"/> on its class).</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("RealTimeActors.Persistence.Tck.Contract.ContractFactDiscoverer", "RealTimeActors.Persistence.Tck")]
internal sealed class ContractFactAttribute : FactAttribute;

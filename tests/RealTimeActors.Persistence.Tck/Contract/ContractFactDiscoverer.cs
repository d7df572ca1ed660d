using Xunit.Abstractions;
using Xunit.Sdk;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>Finds the facts of a contract.</summary>
public sealed class ContractFactDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    private readonly FactDiscoverer _facts = new(sink);

    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsPostgreSqlAttribute.WhyNot(testMethod) is { } reason ? [new SkippedTestCase(sink, testMethod, reason)] : _facts.Discover(discoveryOptions, testMethod, factAttribute);
}

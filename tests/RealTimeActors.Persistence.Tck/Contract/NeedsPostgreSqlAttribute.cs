using RealTimeActors.PostgreSql.Kit;
using Xunit.Abstractions;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>The contract's tests of this class need a PostgreSQL server, and are skipped, with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsPostgreSqlAttribute : Attribute
{
    internal static string? WhyNot(ITestMethod method) =>
        method.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgreSqlAttribute).AssemblyQualifiedName).Any() ? PrivatePostgreSql.WhyNot : null;
}

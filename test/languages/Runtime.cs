// The names of jsii's run time for .NET that generated code calls, so that it compiles without the run time. Nothing here runs.

using System;
using Name = System.Runtime.CompilerServices.CallerMemberNameAttribute;

namespace Amazon.JSII.Runtime.Deputy
{
    public sealed class ByRefValue { }

    public sealed class DeputyProps
    {
        public DeputyProps(object[] arguments = null) { }
    }

    public abstract class DeputyBase
    {
        protected DeputyBase(DeputyProps props) { }
        protected DeputyBase(ByRefValue reference) { }

        protected T GetInstanceProperty<T>([Name] string name = null) { throw new NotImplementedException(); }
        protected void SetInstanceProperty<T>(T value, [Name] string name = null) { }
        protected static T GetStaticProperty<T>(Type type, [Name] string name = null) { throw new NotImplementedException(); }

        protected T InvokeInstanceMethod<T>(Type[] types, object[] values, [Name] string name = null) { throw new NotImplementedException(); }
        protected void InvokeInstanceVoidMethod(Type[] types, object[] values, [Name] string name = null) { }
        protected static T InvokeStaticMethod<T>(Type type, Type[] types, object[] values, [Name] string name = null) { throw new NotImplementedException(); }
        protected static void InvokeStaticVoidMethod(Type type, Type[] types, object[] values, [Name] string name = null) { }
    }
}

namespace Newtonsoft.Json.Linq
{
    public class JObject { }
}

//! Objects that are objects: what serde derives also reads one from the bare list of its values. Then `["anne@example.org", "Anne"]`
//! would be a person, without a word, and the sequence of our fields a part of the file's format.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};

/// Reads a field that is an object.
pub fn one<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<T, D::Error> {
    Object::deserialize(value).map(|Object(it)| it)
}

/// Reads a field that is an object or nothing.
pub fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    Ok(Option::deserialize(value)?.map(|Object(it)| it))
}

/// Reads a field that is a list of objects.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::deserialize(value)?.into_iter().map(|Object(it)| it).collect())
}

/// Reads a field that is a list of objects or nothing.
pub fn optional_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<Vec<T>>, D::Error> {
    let list: Option<Vec<Object<T>>> = Option::deserialize(value)?;
    Ok(list.map(|list| list.into_iter().map(|Object(it)| it).collect()))
}

/// Reads a field that is left out by `null`, too.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(value: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(value)?.unwrap_or_default())
}

/// Reads a list of objects in which some key must not come twice; `clash` says what is wrong with the second of two.
pub fn distinct<'de, D, T, K>(list: D, key: impl Fn(&T) -> K, clash: impl Fn(&T) -> String) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
    K: Ord,
{
    struct Distinct<F, G, T>(F, G, PhantomData<T>);
    impl<'de, T: Deserialize<'de>, K: Ord, F: Fn(&T) -> K, G: Fn(&T) -> String> Visitor<'de> for Distinct<F, G, T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let (mut seen, mut all) = (BTreeSet::new(), Vec::new());
            while let Some(Object(element)) = list.next_element::<Object<T>>()? {
                if !seen.insert((self.0)(&element)) {
                    // Here, so that the error has the place of the second one.
                    return Err(A::Error::custom((self.1)(&element)));
                }
                all.push(element);
            }
            Ok(all)
        }
    }
    list.deserialize_seq(Distinct(key, clash, PhantomData))
}

/// A structure that is read from an object only.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        T::deserialize(FromObject(value)).map(Object)
    }
}

struct FromObject<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for FromObject<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, OfObject(visitor))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct OfObject<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for OfObject<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }
}

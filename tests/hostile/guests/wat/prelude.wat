;; What every hostile handler has: memory, a manifest, and words for the little that they say.
;; It is inserted behind the handler's own text, which imports must precede. Below 1,024 is the manifest, from there on
;; what is handed to and fro; from 2,048 on is the handler's own data, and above 4,096 the heap.

(memory (export "memory") 1)

;; Where a call's answer goes, and where a result is put together.
(global $answer i32 (i32.const 1024))
(global $result i32 (i32.const 1088))
(global $message i32 (i32.const 1104))

;; Offsets, as the canonical ABI lays things out: in an order; in an optional course or role.
(global $operator_email i32 (i32.const 44))
(global $course_id i32 (i32.const 8))
(global $role_id i32 (i32.const 4))

(global $is_ok i32 (i32.const 0))
(global $err i32 (i32.const 1))
(global $error i32 (i32.const 0))
(global $notice i32 (i32.const 2))

;; `ok`, without a message.
(func $ok (result i32)
  (i32.store (global.get $result) (global.get $is_ok))
  (i32.store offset=8 (global.get $result) (i32.const 0))
  (global.get $result))

;; `ok` or `err` with one message for the sales staff, about the order as a whole.
(func $say (param $which i32) (param $level i32) (param $key i32) (param $length i32) (result i32)
  (i32.store8 (global.get $message) (local.get $level))
  (i32.store8 offset=1 (global.get $message) (i32.const 2))
  (i32.store offset=24 (global.get $message) (local.get $key))
  (i32.store offset=28 (global.get $message) (local.get $length))
  (i32.store (global.get $result) (local.get $which))
  (i32.store offset=4 (global.get $result) (global.get $message))
  (i32.store offset=8 (global.get $result) (i32.const 1))
  (global.get $result))

;; `ok` with a list of messages.
(func $return_messages (param $list i32) (param $length i32) (result i32)
  (i32.store (global.get $result) (global.get $is_ok))
  (i32.store offset=4 (global.get $result) (local.get $list))
  (i32.store offset=8 (global.get $result) (local.get $length))
  (global.get $result))

;; Replaces the texts of the one translation.
(func $translate (param $text i32) (param $length i32)
  (i32.store offset=8 (global.get $translation) (local.get $text))
  (i32.store offset=12 (global.get $translation) (local.get $length)))

;; The manifest: name, version, parameters, fields, translations.
(global $manifest i32 (i32.const 16))
(data (i32.const 16) (i32 640 {name-length}) (i32 704 {version-length}) (i32 64 2) (i32 0 0) (i32 144 1))

;; Two parameters that are not required: name, kind (1: course, 2: role), default.
(data (i32.const 64) (i32 272 10) (i32 1 0 0) (i32 0) (i32 1 288 6))
(data (i32.const 100) (i32 304 4) (i32 2 0 0) (i32 0) (i32 1 312 7))

;; One translation.
(global $translation i32 (i32.const 144))
(data (i32.const 144) (i32 328 2) (i32 384 195))

(data (i32.const 640) "{name}")
(data (i32.const 704) "{version}")
(data (i32.const 272) "coursename")
(global $course_name i32 (i32.const 288))
(data (i32.const 288) "SPOCM1")
(data (i32.const 304) "role")
(global $role_name i32 (i32.const 312))
(data (i32.const 312) "student")
(data (i32.const 328) "en")
(global $said i32 (i32.const 336))
(data (i32.const 336) "said")
(data (i32.const 384)
  "title = A hostile handler\n"
  "description = It tests what the sandbox is good for.\n"
  "parameter-coursename = Course\n .help = Where.\n"
  "parameter-role = Role\n .help = As what.\n"
  "said = The handler said this.\n")

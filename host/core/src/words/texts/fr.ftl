# Ce que dit l'hôte lui-même. D'abord les constats, par sujet ; puis les mots de ses rapports.

email-missing = L’adresse manque.
email-invisible = « { $found } » contient des caractères que l’on ne voit pas : { $characters }. Saisissez l’adresse à nouveau.
email-at = « { $found } » n’est pas une adresse électronique. Une adresse avec un seul @ était attendue, telle que anne@example.org.
email-character = « { $found } » contient « { $character } » ({ $number }), ce qu’aucune adresse électronique ne peut avoir devant l’@. Corrigez-la.
email-dots = « { $found } » a un point de trop : devant l’@, un point ne peut ni commencer, ni finir, ni en suivre un autre. Demandez une autre adresse, si c’en est vraiment une.
email-local-too-long = « { $found } » a { $length } caractères devant l’@. { $allowed } au plus sont possibles : prenez une autre adresse.
email-number = « { $found } » a un nombre pour domaine. Un nom tel que example.org était attendu après l’@ : prenez une autre adresse.
email-dotless = « { $found } » n’a pas de point après l’@. Le nom complet d’un domaine était attendu, tel que example.org.
email-domain = « { $found } » : « { $domain } » n’est pas un nom de domaine. Des lettres, des chiffres et des traits d’union intérieurs étaient attendus, avec des points entre ses parties, tel que example.org.
email-too-long = « { $found } » a { $length } caractères. { $allowed } au plus sont possibles : prenez une autre adresse.
email-reserved = « { $found } » ne représente qu’un compte sans adresse : prenez celle de la personne.
name-missing = Le nom manque : un prénom, un nom, ou les deux étaient attendus.
name-only = « { $name } » est le seul nom. Une plateforme de formation en veut deux : un nouveau compte reçoit « { $stand-in } » à la place de l’autre.
name-too-long = Le nom compte { $found } caractères. Le maximum est de { $allowed }.
name-unprintable = Le nom « { $found } » contient des caractères invisibles (rendus par �). Saisissez-le à nouveau.
name-markup = Le nom « { $found } » contient < ou >, que les plateformes de formation n’acceptent pas dans un nom.
language-unknown = « { $found } » n’est pas un code de langue, et n’est pas repris. Un code tel que « fr » ou « en-GB » était attendu.
field-missing = Le champ « { $field } » doit être rempli.
field-unknown = Le produit ne demande pas le champ « { $field } » : il est ignoré.
fields-more = Le produit ne demande pas non plus { $count ->
    [one] { $count } autre champ
   *[other] { $count } autres champs
} de cette ligne : ignorés, sans les énumérer.
field-malformed = Le champ « { $field } » dépasse 1000 caractères ou contient des caractères invisibles.

seat-unknown = La ligne n’a pas de place portant cet identifiant.
seat-twice = La commande cite cette place deux fois.
seat-role-unknown = « { $found } » n’est pas un rôle de place. « learner » (apprenant) ou « tutor » (tuteur) était attendu.
person-twice = { $email } occupe déjà la place { $seat }. Personne n’occupe deux places d’une ligne.
person-learner-and-tutor = { $email } occupe déjà la place { $seat } : personne n’est apprenant et tuteur de la même ligne.
line-ended = La ligne est terminée : elle ne donne plus rien, et ce qu’elle avait donné est retiré, sauf si une autre ligne le donne aussi.
line-never-bought = La ligne n’a aucune place (quantité 0), et rien n’en est enregistré : elle reste sans effet.
line-bought-again = La ligne était terminée, et elle est achetée à nouveau : aux conditions actuelles du catalogue.
quantity-too-large = { $seats ->
        [one] { $seats } place est commandée
       *[other] { $seats } places sont commandées
    }. Une ligne de ce produit peut en avoir { $allowed } au plus.
seats-too-many = { $seats ->
        [one] { $seats } place est payée
       *[other] { $seats } places sont payées
    }, mais la commande en cite { $listed }, dont { $occupants ->
        [one] { $occupants } occupée
       *[other] { $occupants } occupées
    }. Citez les personnes qui restent : une liste omise reste telle qu’elle était.

places-lost = { $count ->
        [one] { $count } personne perd sa place
       *[other] { $count } personnes perdent leur place
    } dans cette ligne : { $people }{ $more ->
        [0] .
       *[other] , et { $more } de plus.
    }
period-over = Déjà terminé : l’accès de { $people ->
        [one] { $people } personne
       *[other] { $people } personnes
    } a pris fin le { $end }.
period-far = Lointain : l’accès de { $people ->
        [one] { $people } personne
       *[other] { $people } personnes
    } ne commence que le { $start }, dans plus d’un an. Vérifiez la date.
seated-late = { $email } arrive après la fin : l’accès a pris fin le { $end }.

account-deleted = Le compte { $email } a été supprimé sur la plateforme de formation. Utilisez une autre adresse, ou faites restaurer le compte par un administrateur.
account-suspended = Le compte { $email } est suspendu sur la plateforme de formation. Faites-le réactiver par un administrateur, ou utilisez une autre adresse.
account-suspended-kept = Le compte { $email } a été suspendu sur la plateforme de formation après son inscription. Sa place est conservée.
enrolments-untold = La plateforme de formation a répondu que { $count ->
        [one] { $count } inscription est comme revendiquée
       *[other] { $count } inscriptions sont comme revendiquées
    }, et ne dit pas si quelqu’un les a suspendues ou en a changé les dates depuis. « shop-host orders repair --restate » les énonce de nouveau ; un rapport le dirait aussi (docs/moodle.md).
account-roles-untold = La plateforme de formation a répondu que { $count ->
        [one] { $count } rôle dans un compte est attribué
       *[other] { $count } rôles dans des comptes sont attribués
    }, et ne dit pas si quelqu’un les a retirés depuis. « shop-host orders repair --restate » les attribue de nouveau.
account-unconfirmed = Le compte { $email } n’a pas été confirmé par son titulaire, et la plateforme de formation n’inscrit personne avant cela. Faites-le confirmer par un administrateur, ou utilisez une autre adresse.
account-own = { $email } est l’adresse du compte par lequel la boutique travaille sur la plateforme de formation : il n’obtient pas de place. Utilisez l’adresse de la personne elle-même.
account-guest = { $email } est l’adresse du compte d’invité de la plateforme de formation, qui n’est à personne : il n’obtient pas de place. Utilisez l’adresse de la personne elle-même.
account-ambiguous = { $count } comptes de la plateforme de formation ont l’adresse { $email }. Faites corriger cela par un administrateur.
account-replaced = Le compte que cette commande a équipé comme { $email } n’existe plus, et l’adresse est maintenant celle d’une personne d’un autre nom. Nommez cette personne comme son compte, ou utilisez une autre adresse.
account-protected = { $email } est protégé : le compte est inscrit, mais pas rattaché.
operator-protected = { $email } est protégé : aucun compte n’y est rattaché.
invitations-uncertain = On ne sait pas si la plateforme a invité { $people }{ $more ->
        [0] {""}
       *[other] , et { $more } autres
    } : leurs comptes ont été créés, mais sa réponse s’est perdue. Dites-leur de demander un nouveau mot de passe (« Mot de passe perdu ? » sur la page de connexion), ou faites-le faire par un administrateur. Ce message revient jusqu’à ce qu’ils soient entrés dans le cours.
enrolments-without-role = L’inscription de { $people }{ $more ->
        [0] {""}
       *[other] , et { $more } autres
    } reste comme elle est : le rôle a été supprimé sur la plateforme de formation, qui n’en modifie aucune sans rôle. Donnez-leur un rôle dans le cours puis lancez `shop-host orders repair`, ou modifiez l’inscription sur place.
attachments-await-consent = Comptes pas encore rattachés à { $operator }, faute de l’accord de leurs titulaires : { $people }{ $more ->
        [0] {""}
       *[other] , et { $more } autres
    }. Tout le reste se fait. Dès que le titulaire est d’accord : `shop-host people attach EMAIL --to { $operator }`.
attach-existing-always = Le catalogue dit attach_existing = "always" : les comptes que les personnes avaient déjà sont rattachés à celui du client sans qu’on le leur demande. Avec un rôle qui permet de modifier les comptes, le client peut alors choisir le mot de passe de quiconque dont l’adresse figure dans une place. Avec "consent", ils ne le sont qu’avec leur accord.
name-differs = Le compte { $email } porte le nom « { $held } » ; la commande dit « { $typed } ». Il est utilisé tel quel.
name-differs-here = La commande appelle { $email } « { $typed } » ici, et « { $first } » plus haut. Un nouveau compte reçoit le premier nom que dit la commande.

account-moved = Le compte que la boutique connaissait comme { $email } a maintenant l’adresse { $now } sur la plateforme de formation. Ce que la boutique lui a donné est traité là.
group-renumbered = Le groupe « { $group } » de la commande { $number } a maintenant un autre numéro d’identification sur la plateforme de formation. La boutique continue avec lui, là où il était ; remettez-y { $number }, sans quoi il ne sera plus retrouvé si les notes de la boutique se perdent.
account-nameless = Le compte de { $email } n’a plus d’adresse valide qui ne soit qu’à lui sur la plateforme de formation. La boutique continue avec lui, comme { $now } ; faites-y corriger son adresse.
account-made-anew = Le compte { $email } a été supprimé sur la plateforme de formation après son inscription. Un nouveau compte est créé.
account-deleted-since = Le compte { $email } a été supprimé sur la plateforme de formation après son inscription. S’il y est restauré, transmettez cette commande encore une fois.
nothing-to-end = Aucune commande de ce numéro n’a jamais été acceptée : il n’y a rien à reprendre. Elle compte désormais comme suspendue ou annulée.
order-language-unknown = La langue de la commande, « { $found } », n’est pas un code de langue : celle de la boutique est utilisée. Un code tel que « fr » ou « en-GB » était attendu.
order-handed-over = La commande passe de { $from } à { $to } : ce qu’elle donnait à l’un en tant qu’opérateur, elle le donne désormais à l’autre.
operator-keeps-enrolment = { $email }, jusqu’ici responsable de la commande, reste dans le cours « { $course } » : une autre commande le lui donne, ou c’était déjà ainsi avant.
operator-kept-suspended = { $email }, jusqu’ici responsable de la commande, est suspendu dans le cours « { $course } » plutôt que désinscrit, pour qu’aucun travail ne soit perdu.
operator-keeps-charge = { $email }, jusqu’ici responsable de la commande, reste responsable de ces comptes : { $people }. Une autre commande le lui donne, ou c’était déjà ainsi avant.
changes-replaced = Ce message de la boutique remplace ce que { $by } a modifié depuis le précédent.
people-held = La réponse à une demande antérieure concernant { $people }{ $more ->
        [0] {""}
       *[other] , et { $more } autres
    } s’est perdue, et cette demande peut encore aboutir jusqu’au { $until } : d’ici là, rien de plus récent n’est demandé à la plateforme de formation à leur sujet, et la commande attend.
order-held = La réponse à une demande antérieure de cette commande s’est perdue, et cette demande peut encore aboutir jusqu’au { $until } : d’ici là, rien de plus récent n’est demandé à la plateforme de formation, et la commande attend.
changes-wait = Les lignes de la commande ont été modifiées auparavant, ce qui n’est pas encore exécuté et attend la reprise de la commande.

product-unknown = Le catalogue n’a pas de produit « { $product } ».
handler-silent = Le gestionnaire du produit rejette la commande et ne dit pas pourquoi. Son éditeur peut le dire.
call-unrecorded = L’appel du gestionnaire pour cette ligne ne peut pas être enregistré de façon à être refait : { $reason }. La commande continue sans cela ; `shop-host orders replay` et `shop-host handlers preview` ne connaissent pas cet appel. Signalez-le : c’est une faute de ce programme.
handler-unusable = Le gestionnaire du produit est inutilisable : { $reason }
parameter-missing = Le paramètre « { $parameter } » manque.
parameter-unknown = Le gestionnaire n’a pas de paramètre « { $parameter } » : il est ignoré.
parameter-repeated = Le paramètre « { $parameter } » est donné plusieurs fois : la première valeur compte.
parameters-more = Il faut en dire autant de { $count ->
    [one] { $count } autre paramètre
   *[other] { $count } autres paramètres
} de cette ligne, sans les énumérer.
parameter-malformed = La valeur du paramètre « { $parameter } » est illisible, ou dépasse 1024 octets.
parameter-not-allowed = « { $found } » n’est pas possible pour le paramètre « { $parameter } ». Valeurs possibles : { $allowed }.
parameter-not-for-lines = Le paramètre « { $parameter } » appartient au produit. Une ligne de commande ne peut fixer que des dates, des durées et des fins.
course-unknown = La plateforme de formation n’a pas de cours dont le nom abrégé est « { $name } ».
course-by-default = Le produit ne nomme pas le cours « { $name } » : c’est celui que cette version du gestionnaire prend quand « { $parameter } » n’est pas donné. Nommez un cours dans les paramètres du produit, pour qu’aucune autre version n’en choisisse un autre.
role-unknown = La plateforme de formation n’a pas de rôle dont le nom abrégé est « { $name } ».
role-not-allowed = La boutique ne laisse pas les gestionnaires attribuer le rôle « { $name } ». Rôles permis : { $allowed }.
role-barred = La boutique ne laisse plus les gestionnaires attribuer le rôle « { $name } », avec lequel cette ligne a été achetée. Qui l’a par cette ligne le garde ; personne d’autre ne le reçoit. Rôles permis : { $allowed }.
course-renamed = Ce qui était le cours « { $name } » à l’achat de cette ligne s’appelle maintenant « { $now } » sur la plateforme de formation. La ligne continue avec lui.
course-gone = Le cours « { $name } », avec lequel cette ligne a été achetée, n’existe plus sur la plateforme de formation. Ce qui devait s’y trouver est laissé de côté ; le reste continue.
course-gone-since = Le cours « { $name } », avec lequel la commande a été achetée, n’existe plus sur la plateforme de formation, ni ce qui devait s’y trouver. Transmettez la commande à nouveau, ou modifiez-la : elle continue alors sans lui.
role-renamed = Ce qui était le rôle « { $name } » à l’achat de cette ligne s’appelle maintenant « { $now } » sur la plateforme de formation. La ligne continue avec lui.
role-gone = Le rôle « { $name } », avec lequel cette ligne a été achetée, n’existe plus sur la plateforme de formation. Ce qui devait être donné avec lui est laissé de côté ; le reste continue.
role-gone-since = Le rôle « { $name } », avec lequel la commande a été achetée, n’existe plus sur la plateforme de formation, ni ce qui était donné avec lui. Transmettez la commande à nouveau, ou modifiez-la : elle continue alors sans lui.
seat-without = { $email } ne peut plus recevoir de place : la plateforme de formation n’a plus ce avec quoi cette ligne a été achetée. Laissez la place libre, ou vendez un autre produit.

## Ce qui a arrêté un gestionnaire. Son éditeur doit le savoir ; entre-temps, une version antérieure peut servir.

-mend = Rien n’a été appliqué. L’éditeur du gestionnaire doit le corriger ; en attendant, utilisez une version antérieure.
-lessen = Rien n’a été appliqué. L’éditeur du gestionnaire doit le rendre plus économe ; en attendant, utilisez une version antérieure.
handler-trapped = Le gestionnaire a échoué : { $reason }. { -mend }
handler-broken = Le gestionnaire a rompu le contrat : { $reason }. { -mend }

exceeded-fuel = Le gestionnaire a calculé trop longtemps : il a épuisé les { $allowed } unités de calcul dont dispose une ligne de cette taille. { -lessen }
exceeded-stack = Les appels du gestionnaire s’emboîtent trop profondément : ils dépassent les { $allowed } octets de pile disponibles. { -mend }
exceeded-memory = Le gestionnaire a voulu { $used } octets de mémoire ; une ligne de cette taille en a { $allowed }. { -lessen }
exceeded-table = Le gestionnaire a voulu des tables de { $used } éléments en tout ; { $allowed } sont permis. { -lessen }
exceeded-instances = Le gestionnaire a au moins { $used } instances de modules ; { $allowed } sont permises. { -lessen }
exceeded-memories = Le gestionnaire a au moins { $used } mémoires ; { $allowed } sont permises. { -lessen }
exceeded-tables = Le gestionnaire a au moins { $used } tables ; { $allowed } sont permises. { -lessen }
exceeded-host-calls = Le gestionnaire a fait { $used } appels d’imports ; une ligne de cette taille en permet { $allowed }. { -lessen }
exceeded-facts = Le gestionnaire a remis aux imports des listes de { $used } éléments en tout ; une ligne de cette taille en permet { $allowed }. { -lessen }
exceeded-bytes = Le gestionnaire a remis au moins { $used } octets ; une ligne de cette taille en permet { $allowed }. { -lessen }
exceeded-messages = Le gestionnaire a rendu { $used } messages ; une ligne de cette taille en permet { $allowed }. { -lessen }
exceeded-message-bytes = Le gestionnaire a rendu des messages de { $used } octets en tout ; une ligne de cette taille en permet { $allowed }. { -lessen }
exceeded-wording = Mettre en mots ce que le gestionnaire a dit compte pour { $used } ; une ligne de cette taille en permet { $allowed }. { -lessen }
exceeded-arguments = Le gestionnaire a rendu un message à { $used } arguments ; { $allowed } sont permis. { -lessen }
exceeded-text = Le gestionnaire a remis un texte de { $used } octets ; { $allowed } sont permis. { -lessen }
exceeded-parameters = Le gestionnaire a { $used } paramètres ; { $allowed } sont permis. { -lessen }
exceeded-choices = Le gestionnaire a un paramètre à { $used } choix ; { $allowed } sont permis. { -lessen }
exceeded-fields = Le gestionnaire demande { $used } champs ; { $allowed } sont permis. { -lessen }
exceeded-translations = Le gestionnaire a { $used } traductions ; { $allowed } sont permises. { -lessen }
exceeded-translation = Le gestionnaire a une traduction de { $used } octets ; { $allowed } sont permis. { -lessen }
exceeded-texts = Les traductions du gestionnaire ont { $used } textes, attributs, variantes et insertions en tout ; { $allowed } sont permis. { -lessen }
exceeded-time = Le gestionnaire a été arrêté après { $allowed } ms, le maximum qu’une version antérieure de ce programme accordait à une ligne de cette taille.

refused-email = Le gestionnaire a demandé l’adresse « { $email } », que la commande ne cite pas. { -mend }
refused-course = Le gestionnaire a demandé le cours « { $course } », qu’aucun paramètre du produit ne cite comme cours. { -mend }
refused-role = Le gestionnaire a demandé le rôle « { $role } », qu’aucun paramètre du produit ne cite comme rôle. { -mend }
refused-id = Le gestionnaire a utilisé l’identifiant { $id } pour { $noun ->
        [account] un compte
        [course] un cours
        [role] un rôle
       *[group] un groupe
    } : il ne l’avait pas reçu. { -mend }
refused-stage = Le gestionnaire a déclaré { $noun ->
        [account] un compte
        [group] un groupe
        [enrolment] une inscription
       *[attachment] un rattachement
    }, alors que { $stage ->
        [offered] rien n’est encore commandé
       *[placed] la commande n’est pas encore payée
    }. { -mend }
refused-no-enrolment = Le gestionnaire a inscrit dans le cours « { $course } », qui n’accepte pas d’inscriptions manuelles. Rien n’a été appliqué. Activez l’inscription manuelle dans le cours, ou choisissez-en un autre.
refused-role-context = Le gestionnaire a attribué le rôle « { $role } » dans { $noun ->
        [course] un cours
       *[account] un compte
    }, où la plateforme de formation ne le permet pas. Rien n’a été appliqué. Demandez à un administrateur de l’y autoriser, ou choisissez un autre rôle.
refused-period = Le gestionnaire a déclaré une période à partir de { $start } { $end ->
        [none] sans fin
       *[other] et jusqu’à { $end }
    }. Il faut des secondes depuis 1970, avant l’an 10000, et une fin postérieure au début. { -mend }
refused-group-name = Le gestionnaire a nommé un groupe « { $group } ». Il faut de 1 à 200 caractères, sans caractères invisibles, ni < ni >. { -mend }
refused-member = Le gestionnaire a mis { $email } dans un groupe d’un cours où il n’a pas inscrit cette personne. { -mend }
refused-self = Le gestionnaire a rattaché le compte du client à lui-même. { -mend }
refused-describing = Le gestionnaire a demandé ou déclaré quelque chose alors qu’il devait se décrire. { -mend }

## Les mots des rapports

level-error = erreur
level-warning = avertissement
level-notice = information
audience-public = tous
audience-operator = opérateur
audience-sales = boutique
message-about = { $subject } : { $text }
subject-seat = place { $seat }, { $field }
subject-operator = opérateur, { $field }
subject-parameter = paramètre { $parameter }

heading-product = { $product }, gestionnaire { $handler } { $version }
heading-grants = accorde les cours : { $courses } ; les rôles : { $roles }
heading-line = Ligne { $line } : { $product }, { $title }
heading-line-unknown = Ligne { $line } : { $product }
heading-seats = { $seats ->
        [one] { $seats } place
       *[other] { $seats } places
    } ({ $vacant ->
        [one] { $vacant } libre
       *[other] { $vacant } libres
    }) à { $price }, { $total } au total
heading-budget = Part utilisée de ce que le gestionnaire peut utiliser : calcul { $fuel } %, mémoire { $memory } %, appels { $calls } %, faits { $facts } %, messages { $messages } %, octets { $bytes } %, textes { $wording } %
heading-course = Cours { $course }
heading-group = groupe « { $group } » : { $outcome }

held-until = En attente jusqu’au { $until } UTC : { $person }. La réponse à une demande s’est perdue, qui peut encore aboutir ; d’ici là, rien de plus récent n’est demandé à la plateforme de formation.
held-under-way = En attente : { $person }. Une demande est en cours, ou l’était quand le programme a été arrêté.
held-order = la commande elle-même
next-try = Le prochain essai est dû à { $time } UTC ; `shop-host work` le fera.
set-aside = Elle a été mise de côté : `shop-host orders retry { $order }` la reprend.
order-lost = Commande { $order } : une partie de ce qu’elle demande a disparu, et ne peut pas être remise en place.
order-as-recorded = Commande { $order } : la plateforme de formation a tout ce qu’elle revendique.
order-as-far-as-told = Commande { $order } : pour autant que la plateforme de formation le dise, elle a tout ce que la commande revendique.
work-none = Rien n’est inachevé.
work-blocked = La commande { $order } est bloquée, et quelqu’un doit agir : { $reason }
work-blocked-more = { $number } autres commandes sont bloquées : `shop-host orders list --state blocked` les liste toutes.
work-left = Il reste à faire. Le prochain essai est dû à { $time } UTC.

erased = { $email } est effacé : { $rewritten } enregistrements réécrits, { $recordings } appels enregistrés supprimés. Le compte sur la plateforme de formation reste ; s’il doit disparaître, faites-le supprimer là par un administrateur.
consent-given = { $person } est d’accord pour être rattaché à { $operator } : c’est noté.
consent-withdrawn = { $person } n’est pas, ou n’est plus, d’accord pour être rattaché à { $operator } : c’est noté.
consent-known = C’était déjà noté.
consent-no-orders = Aucune commande de { $operator } n’en est concernée pour l’instant.
erased-nobody = Rien de ce qui est enregistré ne nomme { $email }.
erased-later = Le fichier du journal n’a pas pu être réécrit à cet instant, parce que quelqu’un le lit ou que le disque est plein : ce qui a été supprimé peut encore s’y trouver. `shop-host work` s’en charge plus tard.
audit-none = Le journal d’audit ne contient rien.
audit-sound = Le journal d’audit est tel qu’il fut écrit : { $entries } entrées. Valeur de chaîne de la dernière : { $chain }
events-none = Rien ne s’est produit depuis.
tokens-none = Il n’y a aucun jeton.
token-made = Le jeton « { $name } », affiché ici et plus jamais :
token-revoked = Le jeton { $number } ne compte plus.
connect-keys = Attendus sur l’entrée standard : la clé client ck_… et le secret client cs_…, sur une ligne ou deux.
connect-made = { $url } est connecté sous le nom « { $name } ». Ce qui y a été payé avant { $begins } UTC reste tel quel.
connect-files = Fichiers écrits : { $files }
connect-webhooks = Webhooks créés là-bas, vers { $deliveries } : { $topics }
connect-webhooks-there = Tous les webhooks vers { $deliveries } existaient. Ils signent avec le secret de cette connexion, et sont actifs.
connect-next = Ensuite : démarrez `shop-host serve` (à nouveau, s’il tourne), puis `shop-host connect check`, puis une commande d’essai : docs/woocommerce.md.
connect-none = Aucune boutique en ligne n’est connectée : `shop-host connect woocommerce` en connecte une.
connect-shop = { $name } : { $url }
connect-answers = La boutique en ligne répond, et laisse lire ses commandes.
connect-silent = Le reste n’a pas pu être demandé : { $reason }
connect-to-read = { $count ->
        [0] Aucune commande n’est à lire.
        [one] Une commande est à lire.
       *[other] { $count } commandes sont à lire.
    }
connect-in-vain = { $count ->
        [one] L’une d’elles a été essayée plusieurs fois en vain : le journal de `serve` dit pourquoi.
       *[other] { $count } d’entre elles ont été essayées plusieurs fois en vain : le journal de `serve` dit pourquoi.
    }
connect-paid-before = { $count ->
        [one] Une commande a été payée avant le début de la connexion, et reste telle quelle.
       *[other] { $count } commandes ont été payées avant le début de la connexion, et restent telles quelles.
    }
connect-state-unknown = dans un état inconnu, « { $state } » : rien n’est fait tant que cela ne change pas
connect-unseated = { $count ->
        [one] une personne nommée ne peut pas prendre de place d’après ce qui a été saisi : celle-ci est libre
       *[other] { $count } personnes nommées ne peuvent pas prendre de place d’après ce qui a été saisi : celles-ci sont libres
    }
connect-gone = la boutique ne la connaît plus : si cela dure, elle est annulée
connect-contradicts = elle contredit ce qui est enregistré : { $reason }
connect-green = La connexion fonctionne.
connect-red = Il y a quelque chose à faire pour cette connexion. docs/woocommerce.md dit quoi.
webhook-active = actif
webhook-off = désactivé
webhook-missing = absent
column-webhook = Webhook
column-sku = UGS
column-in-web-shop = Dans la boutique en ligne
serving = L’API est à { $address } ; Ctrl+C y met fin.
column-number = Numéro
column-when = Quand (UTC)
column-what = Quoi
column-details = Détails
column-person = Personne
column-seat = Place
column-account = Compte
column-course = Cours
column-roles = Rôle
column-enrolment = Inscription
column-period = Période
column-group = Groupe
column-attached = Rattaché
column-order = Commande
column-line = Ligne
column-product = Produit
column-operator = Opérateur
column-state = État
column-taken = Places occupées
column-name = Nom
column-members = Membres
column-id-number = Numéro
column-in-account = Dans le compte de
column-email = Adresse électronique
column-language = Langue
column-version = Version
column-lines = Lignes
column-bytes = Octets
column-contract = Contrat
column-installed = Installé
column-digest = Empreinte
column-parameter = Paramètre
column-kind = Nature
column-default = Par défaut
column-help = Aide
column-time = Heure (UTC)
column-who = Qui
column-action = Action
column-from = De
column-to = À
column-handler = Gestionnaire
column-facts = Faits
column-replay = Refait

seat-vacant = libre
role-learner = apprenant
role-tutor = tuteur
person-operator = { $name } (opérateur)

account-found = existant
account-active = actif
account-suspended-there = suspendu
account-deleted-there = supprimé
account-unconfirmed-there = non confirmé
account-own-there = celui de la boutique
account-guest-there = invité
period-open = à partir du { $start } UTC
period-closed = { $start } → { $end } UTC
enrolment-suspended = suspendu

# Ce que dit un aperçu, puis ce qu’un reçu dit de la même chose.
planned-heading = Aperçu de la commande { $order } : rien n’est modifié
done-heading = Reçu de la commande { $order }
planned-state = La commande { $order } serait :
done-state = Commande { $order } :
planned-account = à créer
done-account = créé, invitation en attente d’envoi
planned-found = en place
done-found = en place
planned-made = à ajouter
done-made = ajouté
planned-changed = à modifier
done-changed = modifié
planned-retracted = à retirer
done-retracted = retiré
planned-failed = impossible
done-failed = échec
planned-invitation-uncertain = créé, invitation incertaine
done-invitation-uncertain = créé, invitation incertaine
planned-awaits-consent = en attente d’accord
done-awaits-consent = en attente d’accord
planned-withheld = non autorisé
done-withheld = non autorisé
planned-over = terminé
done-over = terminé
planned-remains = à faire
done-remains = à faire
planned-count-found = { $count } en place
done-count-found = { $count } en place
planned-count-made = { $count } à ajouter
done-count-made = { $count ->
        [one] { $count } ajout
       *[other] { $count } ajouts
    }
planned-count-changed = { $count } à modifier
done-count-changed = { $count ->
        [one] { $count } modification
       *[other] { $count } modifications
    }
planned-count-retracted = { $count } à retirer
done-count-retracted = { $count ->
        [one] { $count } retrait
       *[other] { $count } retraits
    }
planned-count-failed = { $count ->
        [one] { $count } impossible
       *[other] { $count } impossibles
    }
done-count-failed = { $count ->
        [one] { $count } échec
       *[other] { $count } échecs
    }
planned-count-invitation-uncertain = { $count } dont on ne sait pas si l’invitation est partie
done-count-invitation-uncertain = { $count } dont on ne sait pas si l’invitation est partie
planned-count-awaits-consent = { $count } en attente d’accord
done-count-awaits-consent = { $count } en attente d’accord
planned-count-withheld = { $count ->
        [one] { $count } non autorisé
       *[other] { $count } non autorisés
    }
done-count-withheld = { $count ->
        [one] { $count } non autorisé
       *[other] { $count } non autorisés
    }
planned-count-over = { $count ->
        [one] { $count } terminé : son temps est passé, et la plateforme de formation y a mis fin
       *[other] { $count } terminés : leur temps est passé, et la plateforme de formation y a mis fin
    }
done-count-over = { $count ->
        [one] { $count } terminé : son temps est passé, et la plateforme de formation y a mis fin
       *[other] { $count } terminés : leur temps est passé, et la plateforme de formation y a mis fin
    }
planned-count-remains = { $count } à faire
done-count-remains = { $count } à faire

receipt-stored = Dernier reçu de la commande { $order }, { $time } UTC
summary-in-place = Rien à faire : tout est en place.
handed-over = { $time } UTC : passée de { $from } à { $to }, par { $by }
orders-none = Aucune commande n’est enregistrée.
orders-none-accepted = Aucune commande n’a jamais été acceptée : la plateforme n’a donc rien à avoir. `orders list` montre celles qui attendent ou qui n’ont pas abouti.
orders-none-so = Aucune commande n’est dans cet état.

platform-accounts = { $count ->
        [one] { $count } compte
       *[other] { $count } comptes
    }
platform-groups = { $count ->
        [one] { $count } groupe
       *[other] { $count } groupes
    }
platform-enrolments = { $count ->
        [one] { $count } inscription
       *[other] { $count } inscriptions
    }
platform-attachments = { $count ->
        [one] { $count } rôle dans un compte
       *[other] { $count } rôles dans des comptes
    }
platform-invitations = { $count ->
        [one] { $count } invitation
       *[other] { $count } invitations
    }

state-rejected = rejetée : rien n’a été appliqué
state-refused = refusée : le gestionnaire a demandé plus que la commande n’accorde, et rien n’a été appliqué
state-stopped = arrêtée : le gestionnaire a échoué, et rien n’a été appliqué
state-applying = interrompue, ou en cours : `shop-host work` la reprend
state-waiting = en attente d’un nouvel essai : `shop-host work` la reprend
state-blocked = bloquée : quelqu’un doit remédier à quelque chose ; `shop-host work` la reprend ensuite, dans l’heure
state-incomplete = incomplète : la plateforme de formation a refusé certaines étapes
state-placed = passée : en attente du paiement
state-fulfilled = exécutée
state-suspended = suspendue
state-cancelled = annulée
state-ended = terminée
state-in-place = { $state } (en place : { $in_place })
in-place-applying = une partie d’une modification interrompue
in-place-waiting = une partie d’une modification en attente d’un nouvel essai
in-place-incomplete = incomplète
in-place-placed = passée
in-place-fulfilled = exécutée
in-place-suspended = suspendue
check-passed = { $product } peut être vendu.
check-failed = { $product } ne peut pas être vendu en l’état.
check-nothing = Le catalogue n’a aucun produit.

handlers-none = Aucun gestionnaire n’est installé.
handler-active = actif
handler-serves = { $handler } ({ $digest }) est actif : il sert dès la prochaine commande.
handler-refused = { $handler } ({ $digest }) n’est pas actif : { $count ->
        [one] un produit ne pourrait pas être vendu
       *[other] { $count } produits ne pourraient pas être vendus
    } avec lui. Rien n’a été modifié ; `--anyway` le fait servir quand même.
products-unchecked = Impossible de savoir tout ce qui s’y oppose : { $reason }
catalogue-none = il n’y a pas de catalogue, { $file }, et aucun produit n’a donc été vérifié. Placez-le là, ou indiquez-en un avec `--catalogue FILE` ; ensuite `check FILE` dit ce qui ne pourrait pas être vendu.
lines-against = Parmi les dernières lignes vendues, il n’aurait pas pu en exécuter, ou nul ne peut le dire : { $count }
lines-keep = Elles gardent leurs versions. `handlers preview` en dit plus.
handler-installed = { $handler } ({ $digest }) est installé. Il servira une fois activé.
handler-known = { $handler } ({ $digest }) est déjà installé.
handler-removed = { $handler } est retiré.
handler-is = Empreinte { $digest }, contrat { $contract }, langues { $languages }
handler-trail = Ce qui a été fait
action-installed = installé
action-activated = activé
action-activated-anyway = activé malgré tout
action-rolled-back = rétabli
action-removed = retiré
parameter-required = (obligatoire)
field-required = Chaque personne doit fournir « { $field } » : { $label }
field-optional = Chaque personne peut fournir « { $field } » : { $label }

forecast-heading = Avec { $handler }, { $count ->
        [one] sur la dernière ligne
       *[other] sur les { $count } dernières lignes
    }
forecast-stopped = { $count ->
        [one] { $count } serait arrêtée
       *[other] { $count } seraient arrêtées
    }
forecast-rejected = { $count ->
        [one] { $count } serait rejetée
       *[other] { $count } seraient rejetées
    }
forecast-accepted = { $count ->
        [one] { $count } ne serait plus rejetée
       *[other] { $count } ne seraient plus rejetées
    }
forecast-session = { $count ->
        [one] { $count } serait mise en place autrement
       *[other] { $count } seraient mises en place autrement
    }
forecast-messages = { $count ->
        [one] { $count } serait annoncée autrement
       *[other] { $count } seraient annoncées autrement
    }
forecast-unasked = { $count } sans prévision : la version demande ce que personne n’a demandé alors
forecast-gone = { $count } sans prévision : le composant de la version qui servait alors n’est plus là, ou est endommagé
forecast-damaged = { $count } sans prévision : l’enregistrement de l’appel est endommagé
forecast-same = { $count ->
        [one] { $count } serait la même
       *[other] { $count } seraient les mêmes
    }
forecast-fuel = calcul : { $was } alors, { $would } maintenant ({ $change })
forecast-line = Commande { $order }, ligne { $line }, { $time } : { $effect }
effect-stopped = serait arrêtée
effect-rejected = serait rejetée
effect-accepted = ne serait plus rejetée
effect-session = serait mise en place autrement
effect-messages = serait annoncée autrement
effect-unasked = sans prévision
effect-gone = sans prévision
effect-damaged = sans prévision
untold-course = La version demande le cours « { $name } », qui n’a pas été consulté alors.
untold-role = La version demande le rôle « { $name } », qui n’a pas été consulté alors.
untold-field = La version exige le champ « { $name } », qui n’était pas demandé aux personnes alors.
untold-ask = `orders upgrade { $order } --to { $handler }` interroge la plateforme de formation, sans rien modifier ; `handlers activate` vérifie les produits.
untold-gone = Le composant de la version appelée alors, { $digest }, n’est plus là, ou est endommagé. Pour comparer avec elle, installez de nouveau le même.
untold-damaged = L’enregistrement de l’appel ne peut être lu : { $reason }. Une sauvegarde l’a peut-être encore.
fact-account = compte { $email }
fact-enrolment = inscription à { $course } : { $email }
fact-course-role = rôle { $role } dans { $course } : { $email }
fact-group = groupe dans { $course }
fact-member = membre du groupe dans { $course } : { $email }
fact-account-role = rôle { $role } dans le compte de { $context } : { $email }
replay-same = la même réponse
replay-differs = une autre réponse
replay-gone = le gestionnaire n’est plus installé
replay-damaged = l’enregistrement est endommagé

backup-made = { $file } : sauvegarde de { $time }, { $bytes } octets ; les commandes ont attendu { $held } µs
backup-restored = { $folder } : rétabli tel qu’à { $time }, sauvegarde de { $by }
backup-has = journal : oui ; plateforme : { $platform ->
        [yes] oui
       *[no] non, ce n’est pas la plateforme intégrée
    } ; catalogue : { $catalogue ->
        [yes] oui
       *[no] non, il n’est pas dans le dossier
    } ; composants des gestionnaires : { $components }
backup-damaged = { $name } est endommagé et n’y est pas : réinstallez le même composant

# Un Moodle, vérifié.
journal-moved = Le journal se trouve désormais dans { $server } : { $rows } lignes y ont été copiées et s’y trouvent telles quelles. { $file } ne sert plus. Ce fichier nomme des personnes, et ce qui sera effacé y restera : supprimez-le après avoir sauvegardé la base de données.
platform-moved = Ce qui est enregistré ici porte désormais sur { $to }, et non plus sur { $from }. Comptes de la boutique retrouvés là : { $accounts } ; dont avec la même adresse : { $same }.
moodle-site = { $name }, Moodle { $release }, à { $url }, comme { $account }
moodle-heading-functions = Fonctions
moodle-heading-capabilities = Capacités
moodle-heading-roles = Rôles
moodle-heading-courses = Cours
moodle-green = La boutique peut travailler avec ce Moodle.
moodle-red = La boutique ne peut pas encore travailler avec ce Moodle : corrigez ce qui est signalé plus haut comme erreur. docs/moodle.md dit comment.
moodle-release = La boutique est faite pour Moodle 4.2 à 5.1 ; de cette version ({ $release }), rien n’est connu.
moodle-functions = Ajoutez ces fonctions au service : { $functions }.
moodle-capabilities = Donnez ces capacités au rôle du compte de la boutique : { $capabilities }.
moodle-max-input-vars = Le site lit moins de variables d’une requête que ne dit moodle.toml (max_input_vars = { $number }), et omet les autres sans rien dire. Écrivez-y la valeur de PHP, ou augmentez celle-ci. D’ici là, les requêtes restent plus petites.
moodle-accounts-unseen = Aucun compte n’est visible, pas même celui de l’invité : ou il manque moodle/user:viewdetails au rôle du compte de la boutique, ou l’invité de ce site a un autre identifiant que 1. Dans ce cas, écrivez l’adresse du compte de quelqu’un d’autre dans moodle.toml, comme known_account.
moodle-addresses-unseen = Les comptes sont visibles sans leurs adresses, si bien que personne n’est trouvé : ou il manque moodle/site:viewuseridentity au rôle du compte de la boutique, ou le site ne montre pas les adresses (showuseridentity), ou il les cache (hiddenuserfields).
moodle-last-access-hidden = Le site cache quand quelqu’un est venu pour la dernière fois (hiddenuserfields : lastaccess). Tout le monde peut donc être entré dans un cours : qui part y est suspendu et garde ses rôles et le groupe, même sans y être jamais venu. Laissez le site montrer « Dernier accès » (Utilisateurs, Permissions, Règles utilisateurs, Masquer les champs).
moodle-visits-hidden = Le site ne dit pas non plus quand quelqu’un est venu pour la première fois (hiddenuserfields : firstaccess) : de qui n’a peut-être pas été invité, on ne sait jamais s’il a pu entrer, et la boutique continue à le signaler. Laissez le site montrer « Premier accès », ou « Dernier accès ».
moodle-role-unknown = Rôle « { $role } » : { $reason }
moodle-settings = { $reason }
moodle-role-not-in-courses = Le compte de la boutique ne peut pas attribuer le rôle « { $role } » dans les cours : permettez à son rôle de l’attribuer (« Permettre l’attribution de rôles »), et permettez de l’attribuer dans les cours.
moodle-role-not-in-accounts = Le rôle « { $role } » ne peut pas être attribué dans les comptes : cochez « Utilisateur » parmi les types de contextes où il peut être attribué, et permettez au rôle du compte de la boutique de l’attribuer. Sans cela, personne n’est rattaché à un opérateur.
moodle-course-unknown = { $product } : il n’y a pas de cours dont le nom abrégé est « { $course } », ou il est caché et il manque moodle/course:viewhiddencourses au rôle du compte de la boutique.
moodle-course-not-manual = { $product } : personne ne peut être inscrit manuellement au cours « { $course } » : ajoutez-y la méthode « Inscriptions manuelles », ou activez-la.
moodle-course-groups = { $product } : les groupes du cours « { $course } » ne sont pas séparés : les sessions se voient.
moodle-report-methods = Le rapport { $report } ne dit pas par quel plugin quelqu’un est inscrit. Qui s’inscrit lui-même, ou est inscrit par une cohorte, peut alors passer pour inscrit à la main. Ajoutez la colonne « Plugin » de la méthode d’inscription, si votre version la propose.
moodle-report-course-none = Aucun rapport ne dit les dates des inscriptions au cours « { $course } » : créez-en un, et écrivez-le dans moodle.toml, sous [course_reports] : { $id } = son identifiant.
moodle-report-lacks = Le rapport ne dit rien de { $missing } des { $people } personnes qui sont dans le cours « { $course } » : de leurs dates, rien n’est connu. Ne le limitez à rien d’autre qu’aux cours que la boutique vend, le cours d’assistance compris.
moodle-report-none = Aucun rapport ne dit les dates des inscriptions. Qui a été inscrit par d’autres garde l’accès pour toujours dès qu’une commande l’inscrit au même cours. docs/moodle.md dit comment créer le rapport.
moodle-report-unsorted = Le rapport { $report } n’est pas trié : dès qu’il dépasse ce que le site répond en une fois, certaines lignes viennent deux fois et d’autres manquent, et des commandes sont refusées. Activez le tri de son cours, de son adresse et de son début.
moodle-report-unreadable = Les dates des inscriptions ne peuvent pas être lues : { $reason }
verdict-yes = oui
verdict-no = non
verdict-unknown = inconnu
groups-separate = séparés
groups-visible = visibles
groups-none = aucun
column-function = Fonction
column-in-service = Dans le service
column-capabilities = Nécessite
column-capability = Capacité
column-had = Donnée
column-id = Id
column-shop = Boutique
column-permissions = Permet
column-made = Fait (UTC)
column-expires = Jusqu’au (UTC)
column-used = Dernier usage (UTC)
column-in-courses = Dans les cours
column-in-accounts = Dans les comptes
column-found = Trouvé
column-manual-enrolment = Inscription manuelle
column-groups = Groupes

# What ends a command early.
no-catalogue = { $file } : la boutique n’a pas de catalogue à cet endroit : placez-en un, ou indiquez-en un avec --catalogue FILE
shop-unknown = { $file } : la boutique { $shop } n’a pas de catalogue à cet endroit : placez-en un, ou indiquez une autre boutique avec --shop NAME
shop-all-together = cela se fait pour toutes les boutiques ensemble : omettez --shop { $shop }
no-records = { $file } : aucune boutique n’a rien enregistré ici : --data DIR désigne un autre dossier
no-order = aucune commande { $order } n’est enregistrée dans { $folder } : `orders list` énumère celles qui le sont
no-calls = aucun appel pour une commande { $order } n’est enregistré : `orders list` énumère les commandes
no-token = il n’y a aucun jeton { $number } : `tokens list` énumère ceux qui existent
no-seat = aucune place { $seat } n’est enregistrée : `orders show ID` énumère les places d’une commande
no-person = { $email } : la commande ne cite personne avec cette adresse, et la plateforme de formation n’a aucun compte qui la porte : nommez la personne avec --first-name et --last-name
no-answer = aucune commande ne s’appelle « { $command } » : l’une de celles-ci était attendue : { $commands }
no-connection = aucune boutique en ligne n’est connectée sous le nom « { $name } » : `connect check` énumère celles qui le sont
no-moodle = { $file } : il n’y a pas de réglages d’un Moodle : docs/moodle.md dit comment les écrire
no-demo-folder = { $folder } : ce dossier existe déjà, et aucune démonstration ne l’a créé : indiquez un autre dossier avec --data
handler-unchecked = { $handler } n’est pas actif : impossible de savoir tout ce qui s’y oppose (--anyway le fait servir malgré tout) : { $reason }
